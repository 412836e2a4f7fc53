package org.jitalloc.arch.s390.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.tck.TracersTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

final class S390TracersTest extends TracersTck {
  @Override
  protected Tracers tracers() {
    return new S390Tracers();
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  @Override
  protected Set<String> cpuFeatures() {
    return Set.of("vx");
  }

  @Override
  protected List<String> functions() {
    return List.of(
        "lghi %r1,236\nsvc 0\nbr %r14",
        """
        ear %r1,%a0
        sllg %r1,%r1,32
        ear %r1,%a1
        agr %r1,%r2
        llgf %r2,0(%r1)
        lgfr %r2,%r2
        br %r14\
        """,
        "stckf 16(%r15)\nlg %r2,16(%r15)\nbr %r14",
        "lgr %r2,%r15\nbr %r14");
  }

  @Override
  protected List<String> marks(TracerSpec spec) {
    var marks = new ArrayList<String>();
    marks.addAll(List.of("ear %r4,%a0", "sllg %r4,%r4,32", "ear %r4,%a1"));
    if (!spec.callbacks().isEmpty()) {
      marks.addAll(
          List.of(
              "std %f0,200\\(%r15\\)",
              "std %f6,224\\(%r15\\)",
              "vstm %v24,%v31,232\\(%r15\\)",
              "basr %r14,%r1",
              "basr %r14,%r1",
              "ld %f6,224\\(%r15\\)",
              "vlm %v24,%v31,232\\(%r15\\)"));
    }
    if (spec.calls()) {
      marks.add("stckf 0\\(%r6\\)");
    }
    marks.add("csg %r6,%r4,0\\(%r3\\)");
    return marks;
  }
}
