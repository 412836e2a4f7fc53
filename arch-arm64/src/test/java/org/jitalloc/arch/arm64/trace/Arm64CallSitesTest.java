package org.jitalloc.arch.arm64.trace;

import java.util.List;
import java.util.OptionalLong;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.arm64.Arm64TextPoke;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;

final class Arm64CallSitesTest extends CallSitesTck {
  @Override
  protected CallSites callSites() {
    return new Arm64CallSites();
  }

  @Override
  protected TextPoke poke() {
    return new Arm64TextPoke();
  }

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected List<Compiled> compiled() {
    return List.of(
        new Compiled("nop\nnop\n", 0),
        new Compiled("hint #34\nnop\nnop\n", 4),
        new Compiled("mov x9, x30\nnop\n", 0));
  }

  @Override
  protected String text(OptionalLong tracer) {
    return tracer.isEmpty()
        ? "mov x9, x30\nnop"
        : "mov x9, x30\nbl .%+d".formatted(tracer.getAsLong() - 4);
  }
}
