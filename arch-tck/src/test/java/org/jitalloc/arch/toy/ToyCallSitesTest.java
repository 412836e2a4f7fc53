package org.jitalloc.arch.toy;

import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

class ToyCallSitesTest extends CallSitesTck {

  @Override
  protected CallSites callSites() {
    return new ToyCallSites();
  }

  @Override
  protected TextPoke poke() {
    return new ToyTextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected List<Compiled> compiled() {
    return List.of(new Compiled("nop\n", 0), new Compiled("call 7\n", 0));
  }

  @Override
  protected String text(OptionalLong tracer) {
    return tracer.isEmpty() ? "nop" : "call " + tracer.getAsLong() / ToyWord.BYTES;
  }
}
