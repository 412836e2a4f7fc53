package org.jitalloc.arch.toy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.tck.TracersTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

class ToyTracersTest extends TracersTck {

  @Override
  protected Tracers tracers() {
    return new ToyTracers();
  }

  @Override
  protected Toolchain toolchain() {
    return new ToyTools();
  }

  @Override
  protected Set<String> cpuFeatures() {
    return Set.of();
  }

  @Override
  protected List<String> functions() {
    return List.of("op20 1\nreturn\n", "op20 2\nreturn\n", "op21\nreturn\n", "op20 3\nreturn\n");
  }

  @Override
  protected List<String> marks(TracerSpec spec) {
    var marks = new ArrayList<String>();
    if (spec.calls()) {
      marks.add("^op25 0x1$");
    }
    if (spec.returns()) {
      marks.add("^op26 ");
    }
    for (long callback : spec.callbacks()) {
      marks.add("^op27 0x%x$".formatted(callback >> 24));
      marks.add("^op28 0x%x$".formatted(callback & 0xffffff));
      marks.add("^op29 0x0$");
    }
    marks.add("^return 0x0$");
    return marks;
  }
}
