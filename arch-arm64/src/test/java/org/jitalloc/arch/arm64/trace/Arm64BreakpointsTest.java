package org.jitalloc.arch.arm64.trace;

import java.util.List;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.arm64.Arm64TextPoke;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.tck.BreakpointsTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Breakpoints.Role;

final class Arm64BreakpointsTest extends BreakpointsTck {
  @Override
  protected Arch arch() {
    return new Arm64Arch();
  }

  @Override
  protected Breakpoints breakpoints() {
    return new Arm64Breakpoints();
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
  protected String text(Role role) {
    return switch (role) {
      case PROBE -> "brk #4";
      case STEP -> "brk #6";
      case RETURN -> "brk #7";
    };
  }

  @Override
  protected List<String> instructions() {
    return List.of("nop", "ret", "add x1, x2, #3", "b .+64", "ldr x0, .+8");
  }
}
