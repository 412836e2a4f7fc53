package org.jitalloc.arch.s390.trace;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Patch;
import org.osgi.service.component.annotations.Component;

/**
 * The illegal instruction 00 02. The kernel steps by the processor's own means and returns to code,
 * so there is no other.
 */
@Component(property = "jit.arch=s390x")
public final class S390Breakpoints implements Breakpoints {
  private static final byte[] BREAKPOINT = {0, 2};
  private static final int SIGILL = 4;

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public int bytes() {
    return BREAKPOINT.length;
  }

  @Override
  public int alignBytes() {
    return BREAKPOINT.length;
  }

  @Override
  public int signal() {
    return SIGILL;
  }

  @Override
  public int programCounterOffset() {
    return BREAKPOINT.length;
  }

  @Override
  public Optional<byte[]> code(Role role) {
    return switch (role) {
      case PROBE -> Optional.of(BREAKPOINT.clone());
      case STEP, RETURN -> Optional.empty();
    };
  }

  /** Instructions that begin with a byte of 0 are illegal: all such are somebody's breakpoints. */
  @Override
  public Patch arm(long address, byte[] instruction) {
    boolean whole = instruction.length >= BREAKPOINT.length && address % BREAKPOINT.length == 0;
    if (!whole || instruction[0] == 0) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "at 0x%x is %s"
              .formatted(address, whole ? "an illegal instruction already" : "no instruction"));
    }
    byte[] before = Arrays.copyOf(instruction, BREAKPOINT.length);
    return new Patch(Patch.Kind.INSTRUCTION, address, before, BREAKPOINT.clone());
  }
}
