package org.jitalloc.arch.x86.trace;

import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** INT3, for everything: whose it is says its address. A return probe uses code, no breakpoint. */
@Component(property = "jit.arch=amd64")
public final class X86Breakpoints implements Breakpoints {
  private static final byte INT3 = (byte) 0xcc;
  private static final int SIGTRAP = 5;

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public int bytes() {
    return 1;
  }

  @Override
  public int alignBytes() {
    return 1;
  }

  @Override
  public int signal() {
    return SIGTRAP;
  }

  @Override
  public int programCounterOffset() {
    return 1;
  }

  @Override
  public Optional<byte[]> code(Role role) {
    return switch (role) {
      case PROBE, STEP -> Optional.of(new byte[] {INT3});
      case RETURN -> Optional.empty();
    };
  }

  @Override
  public Patch arm(long address, byte[] instruction) {
    if (instruction.length == 0 || instruction[0] == INT3) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "at 0x%x is %s"
              .formatted(address, instruction.length == 0 ? "nothing" : "a breakpoint already"));
    }
    byte[] before = {instruction[0]};
    return new Patch(Patch.Kind.INSTRUCTION, address, before, new byte[] {INT3});
  }
}
