package org.jitalloc.arch.toy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.NativeThread;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;

/** Detours of words: counters are incremented, the entry is called, and the word is executed. */
final class ToyProbes implements ProbeCodec {
  static final String FAST = ToyBpfCodeGenerator.FAST;
  static final int COUNTER_HIGH = 0x30;
  static final int COUNTER_LOW = 0x31;
  static final int ADD_ONE = 0x32;
  static final int LINK = 0x33;
  static final int SAVE = 0x34;
  static final int HANDLER_HIGH = 0x35;
  static final int HANDLER_LOW = 0x36;
  static final int CALL_HANDLER = 0x37;
  static final int RESTORE = 0x38;
  static final int GO_BACK = 0x39;

  private static final int REGISTERS = 16;
  private static final int OPERAND_BITS = 24;

  @Override
  public String arch() {
    return ToyArch.NAME;
  }

  @Override
  public List<String> registers() {
    if (Flaw.FLAGS_COME_FIRST.is()) {
      return List.of("flags", "sp", "a", "b");
    }
    return List.of("sp", "flags", "a", "b");
  }

  /** {@return the reach of branches minus the length of a detour} */
  @Override
  public long reachBytes() {
    return ToyWord.REACH_BYTES - (1 << 16);
  }

  @Override
  public ProbeText read(byte[] code) {
    return new ToyProbeText(code);
  }

  @Override
  public byte[] entry(long handler, NativeThread thread, Set<String> cpuFeatures) {
    var asm = new ToyAssembler();
    int registers = Flaw.ENTRY_SAVES_NOTHING.is() ? 0 : REGISTERS;
    for (int i = 0; i < registers; i++) {
      asm.emit(SAVE, i);
    }
    asm.emit(HANDLER_HIGH, ToyTracers.high(handler));
    asm.emit(HANDLER_LOW, ToyTracers.low(handler));
    asm.emit(CALL_HANDLER, 0);
    for (int i = 0; i < REGISTERS; i++) {
      asm.emit(RESTORE, i);
    }
    asm.emit(ToyWord.RETURN, 0);
    return asm.finish();
  }

  /** Writes a detour word by word, each for its address. */
  private static final class Writer {
    private final ToyAssembler asm = new ToyAssembler();
    private long at;

    Writer(long at) {
      this.at = at;
    }

    void emit(int operation, int operand) {
      asm.emit(operation, operand);
      at += ToyWord.BYTES;
    }

    void relative(int operation, long target) {
      long distance = target - at;
      boolean reaches = distance >= -ToyWord.REACH_BYTES && distance < ToyWord.REACH_BYTES;
      if (!reaches && !Flaw.FAR_DETOUR_IS_CUT_OFF.is()) {
        throw new JitAllocException(Reason.UNREACHABLE, "to=0x%x at=0x%x".formatted(target, at));
      }
      emit(operation, (int) (distance / ToyWord.BYTES));
    }
  }

  @Override
  public byte[] detour(Detour detour, long at, long entry, Set<String> cpuFeatures) {
    var to = new Writer(at);
    boolean above = Long.compareUnsigned(at, detour.address()) > 0;
    if (Flaw.DETOUR_IS_LONGER_ABOVE.is() && above) {
      to.emit(ToyWord.NOP, 0);
    }
    count(to, detour.counters(), cpuFeatures.contains(FAST));
    if (detour.before()) {
      call(to, detour.id(), entry);
    }
    var words = ByteBuffer.wrap(detour.code());
    for (int offset = 0; words.hasRemaining(); offset += ToyWord.BYTES) {
      move(to, words.getInt(), detour.address() + offset);
    }
    if (detour.after() && !Flaw.NOTHING_IS_CALLED_BEHIND.is()) {
      call(to, -detour.id(), entry);
    }
    to.relative(ToyWord.JUMP, detour.address() + detour.code().length);
    return to.asm.finish();
  }

  private static void count(Writer to, List<Long> counters, boolean fast) {
    for (long counter : Flaw.ONE_COUNTER_IS_ENOUGH.is() ? first(counters) : counters) {
      to.emit(COUNTER_HIGH, ToyTracers.high(counter));
      to.emit(fast ? ToyWord.FAST : COUNTER_LOW, ToyTracers.low(counter));
      if (!fast) {
        to.emit(ADD_ONE, 0);
      }
    }
  }

  private static List<Long> first(List<Long> counters) {
    return counters.subList(0, Math.min(1, counters.size()));
  }

  private static void call(Writer to, int id, long entry) {
    to.emit(ToyWord.RESULT, id);
    to.relative(ToyWord.CALL, entry);
  }

  /** A relative word keeps its target; a call returns to the address after the original. */
  private static void move(Writer to, int word, long from) {
    int operation = word >>> OPERAND_BITS;
    int words = word << Integer.SIZE - OPERAND_BITS >> Integer.SIZE - OPERAND_BITS;
    boolean relative =
        operation == ToyWord.JUMP || operation == ToyWord.CALL || operation == ToyWord.JUMP_IF;
    if (!relative || Flaw.BRANCH_IS_COPIED.is()) {
      to.emit(operation, word);
      return;
    }
    if (operation == ToyWord.CALL) {
      to.relative(LINK, from + ToyWord.BYTES);
    }
    int moved = operation == ToyWord.CALL ? ToyWord.JUMP : operation;
    to.relative(moved, from + (long) words * ToyWord.BYTES);
  }

  @Override
  public byte[] returnPlace(long at, long entry) {
    var to = new Writer(at);
    call(to, 0, entry);
    to.emit(Flaw.RETURN_IS_LOST.is() ? ToyWord.RETURN : GO_BACK, 0);
    return to.asm.finish();
  }
}
