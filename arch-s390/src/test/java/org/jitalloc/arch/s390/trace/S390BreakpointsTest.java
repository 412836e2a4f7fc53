package org.jitalloc.arch.s390.trace;

import java.util.List;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.s390.S390TextPoke;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.tck.BreakpointsTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Breakpoints.Role;

final class S390BreakpointsTest extends BreakpointsTck {
  @Override
  protected Arch arch() {
    return new S390Arch();
  }

  @Override
  protected Breakpoints breakpoints() {
    return new S390Breakpoints();
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
  protected String text(Role role) {
    return switch (role) {
      case PROBE -> ".byte 0, 2";
      case STEP, RETURN -> "";
    };
  }

  @Override
  protected List<String> instructions() {
    return List.of(
        "br %r14", "nopr", "lghi %r2,1", "brcl 0,.", "stmg %r6,%r15,48(%r15)", "brasl %r14,.+64");
  }
}
