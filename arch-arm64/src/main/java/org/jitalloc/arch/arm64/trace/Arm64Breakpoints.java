package org.jitalloc.arch.arm64.trace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Patch;
import org.osgi.service.component.annotations.Component;

/** BRK, with the numbers that the kernel gives to its probes. */
@Component(property = "jit.arch=arm64")
public final class Arm64Breakpoints implements Breakpoints {
  private static final int WORD = 4;
  private static final int BRK = 0xd4200000;
  private static final int BRK_MASK = 0xffe0001f;
  private static final int NUMBER_SHIFT = 5;

  private static final int PROBE = 4;
  private static final int STEP = 6;
  private static final int RETURN = 7;

  private static final int SIGTRAP = 5;

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public int bytes() {
    return WORD;
  }

  @Override
  public int alignBytes() {
    return WORD;
  }

  @Override
  public int signal() {
    return SIGTRAP;
  }

  @Override
  public int programCounterOffset() {
    return 0;
  }

  @Override
  public Optional<byte[]> code(Role role) {
    int number =
        switch (role) {
          case PROBE -> PROBE;
          case STEP -> STEP;
          case RETURN -> RETURN;
        };
    int word = BRK | number << NUMBER_SHIFT;
    return Optional.of(
        ByteBuffer.allocate(WORD).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array());
  }

  @Override
  public Patch arm(long address, byte[] instruction) {
    boolean whole = instruction.length == WORD && address % WORD == 0;
    if (!whole || isBreakpoint(instruction)) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "at 0x%x is %s"
              .formatted(address, whole ? "a breakpoint already" : "no instruction of 4 bytes"));
    }
    byte[] breakpoint = code(Role.PROBE).orElseThrow();
    return new Patch(Patch.Kind.INSTRUCTION, address, instruction.clone(), breakpoint);
  }

  private static boolean isBreakpoint(byte[] instruction) {
    int word = ByteBuffer.wrap(instruction).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return (word & BRK_MASK) == BRK;
  }
}
