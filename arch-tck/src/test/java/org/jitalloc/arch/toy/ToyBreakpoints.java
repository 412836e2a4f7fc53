package org.jitalloc.arch.toy;

import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.trace.Breakpoints;
import org.jitalloc.arch.trace.Patch;

/** A trap with a number. */
final class ToyBreakpoints implements Breakpoints {
  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public int bytes() {
    return Word.BYTES;
  }

  @Override
  public int alignBytes() {
    return Word.BYTES;
  }

  @Override
  public int signal() {
    int signal = new ToyTrapHandler().signal();
    return Flaw.SIGNAL_OF_ANOTHER.is() ? signal + 1 : signal;
  }

  @Override
  public int programCounterOffset() {
    return 0;
  }

  @Override
  public Optional<byte[]> code(Role role) {
    int number = Flaw.BREAKPOINT_OF_ANOTHER.is() ? 3 : 2;
    return role == Role.PROBE
        ? Optional.of(Word.bytes(Word.of(Word.TRAP, number)))
        : Optional.empty();
  }

  @Override
  public Patch arm(long address, byte[] instruction) {
    boolean whole = instruction.length == Word.BYTES && address % Word.BYTES == 0;
    boolean trap = whole && Word.operation(instruction) == Word.TRAP;
    if (!whole || trap && !Flaw.PROBES_A_PROBE.is()) {
      throw new JitAllocException(Reason.INVALID_REQUEST, "at 0x%x".formatted(address));
    }
    byte[] after =
        Flaw.ARMS_WITH_A_NOP.is()
            ? Word.bytes(Word.of(Word.NOP, 0))
            : code(Role.PROBE).orElseThrow();
    return new Patch(Patch.Kind.INSTRUCTION, address, instruction, after);
  }
}
