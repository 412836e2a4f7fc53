package org.jitalloc.arch.x86.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.tck.TracersTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.arch.x86.X86Tools;

final class X86TracersTest extends TracersTck {
  @Override
  protected Tracers tracers() {
    return new X86Tracers();
  }

  @Override
  protected Toolchain toolchain() {
    return X86Tools.GNU;
  }

  @Override
  protected Set<String> cpuFeatures() {
    return Set.of("xsave");
  }

  @Override
  protected List<String> functions() {
    return List.of(
        "mov eax, 186\nsyscall\nret",
        "mov eax, fs:[rdi]\nret",
        "rdtsc\nshl rdx, 32\nor rax, rdx\nret",
        "mov rax, rsp\nret");
  }

  @Override
  protected List<String> marks(TracerSpec spec) {
    var marks = new ArrayList<String>();
    marks.add("mov +eax,DWORD PTR fs:0x");
    if (!spec.callbacks().isEmpty()) {
      marks.addAll(
          List.of(
              "xsave64 +\\[rsp\\+0x40\\]", "call +rax", "call +rax", "xrstor64 +\\[rsp\\+0x40\\]"));
    }
    if (spec.calls()) {
      marks.add("rdtsc");
    }
    marks.add("lock cmpxchg");
    return marks;
  }
}
