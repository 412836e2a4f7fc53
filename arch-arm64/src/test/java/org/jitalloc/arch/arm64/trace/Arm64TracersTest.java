package org.jitalloc.arch.arm64.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.tck.TracersTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

final class Arm64TracersTest extends TracersTck {
  @Override
  protected Tracers tracers() {
    return new Arm64Tracers();
  }

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected Set<String> cpuFeatures() {
    return Set.of();
  }

  @Override
  protected List<String> functions() {
    return List.of(
        "mov x8, #178\nsvc #0\nret",
        "mrs x1, tpidr_el0\nldr w0, [x1, x0]\nret",
        "mrs x0, cntvct_el0\nret",
        "mov x0, sp\nret");
  }

  @Override
  protected List<String> marks(TracerSpec spec) {
    var marks = new ArrayList<String>();
    marks.add("mrs x13, tpidr_el0");
    if (!spec.callbacks().isEmpty()) {
      marks.addAll(
          List.of(
              "stp q0, q1, \\[sp, #128\\]",
              "stp q6, q7, \\[sp, #224\\]",
              "blr x16",
              "blr x16",
              "ldp q0, q1, \\[sp, #128\\]"));
    }
    if (spec.calls()) {
      marks.addAll(List.of("mrs x16, cntvct_el0", "stlr x14, \\[x16\\]"));
    }
    return marks;
  }
}
