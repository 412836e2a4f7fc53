package org.jitalloc.arch.x86.trace;

import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.x86.X86TextPoke;
import org.jitalloc.arch.x86.X86Tools;

final class X86CallSitesTest extends CallSitesTck {
  @Override
  protected CallSites callSites() {
    return new X86CallSites();
  }

  @Override
  protected TextPoke poke() {
    return new X86TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return X86Tools.GNU;
  }

  @Override
  protected List<Compiled> compiled() {
    return List.of(
        new Compiled("{disp8} nop DWORD PTR [rax+rax*1]\n", 0),
        new Compiled("call .+0x12345\n", 0),
        new Compiled("nop\nnop\nnop\nnop\nnop\n", 0));
  }

  @Override
  protected String text(OptionalLong tracer) {
    return tracer.isEmpty()
        ? "{disp8} nop DWORD PTR [rax+rax*1]"
        : "call .%+d".formatted(tracer.getAsLong());
  }
}
