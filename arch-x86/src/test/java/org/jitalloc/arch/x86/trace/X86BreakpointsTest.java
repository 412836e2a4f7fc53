package org.jitalloc.arch.x86.trace;

import java.util.List;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.BreakpointsTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Breakpoints.Role;
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.X86TextPoke;
import org.jitalloc.arch.x86.X86Tools;

final class X86BreakpointsTest extends BreakpointsTck {
  @Override
  protected Arch arch() {
    return new X86Arch();
  }

  @Override
  protected Breakpoints breakpoints() {
    return new X86Breakpoints();
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
  protected String text(Role role) {
    return switch (role) {
      case PROBE, STEP -> "int3";
      case RETURN -> "";
    };
  }

  @Override
  protected List<String> instructions() {
    return List.of(
        "nop", "push rbp", "mov rax, [rip+64]", "mov eax, 7", "movabs rax, 0x1122334455667788");
  }
}
