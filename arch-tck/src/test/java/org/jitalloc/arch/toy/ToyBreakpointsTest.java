package org.jitalloc.arch.toy;

import java.util.List;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.BreakpointsTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Breakpoints.Role;

class ToyBreakpointsTest extends BreakpointsTck {

  @Override
  protected Arch arch() {
    return new ToyArch();
  }

  @Override
  protected Breakpoints breakpoints() {
    return new ToyBreakpoints();
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
  protected String text(Role role) {
    return role == Role.PROBE ? "trap 2" : "";
  }

  @Override
  protected List<String> instructions() {
    return List.of("nop", "call 5", "return", "op10 1, 2, 3");
  }
}
