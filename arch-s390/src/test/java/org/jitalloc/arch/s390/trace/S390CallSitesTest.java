package org.jitalloc.arch.s390.trace;

import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.s390.S390TextPoke;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

final class S390CallSitesTest extends CallSitesTck {
  @Override
  protected CallSites callSites() {
    return new S390CallSites();
  }

  @Override
  protected TextPoke poke() {
    return new S390TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  @Override
  protected List<Compiled> compiled() {
    return List.of(new Compiled("brcl 0,.\n", 0), new Compiled("brasl %r0,.+0x12344\n", 0));
  }

  @Override
  protected String text(OptionalLong tracer) {
    return tracer.isEmpty() ? "brcl 0,." : "brasl %%r0,.%+d".formatted(tracer.getAsLong());
  }
}
