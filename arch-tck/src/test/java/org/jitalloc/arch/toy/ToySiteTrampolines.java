package org.jitalloc.arch.toy;

import java.nio.ByteBuffer;
import org.jitalloc.Instruction;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;

/** A nop with a target, or a jump; a trampoline has two addresses. */
final class ToySiteTrampolines implements SiteTrampolines {
  private static final int TAKE_BEHIND = ToyWord.FIRST_OTHER;
  private static final int TAKE_SLOT = ToyWord.FIRST_OTHER + 1;
  private static final int GO = ToyWord.FIRST_OTHER + 2;
  private static final int WORDS = 4;

  @Override
  public int bytes() {
    return (Flaw.TRAMPOLINES_OF_THREE_WORDS.is() ? 3 : WORDS) * ToyWord.BYTES;
  }

  @Override
  public long reachBytes() {
    return ToyWord.REACH_BYTES;
  }

  @Override
  public byte[] code(long address, long site, long slot) {
    long off = Flaw.SLOT_OF_THE_NEIGHBOUR.is() ? Long.BYTES : 0;
    return ByteBuffer.allocate(WORDS * ToyWord.BYTES)
        .put(relative(TAKE_BEHIND, address, site + ToyWord.BYTES))
        .put(relative(TAKE_SLOT, address + ToyWord.BYTES, slot + off))
        .putInt(ToyWord.of(GO, 0))
        .putInt(ToyWord.of(ToyWord.TRAP, 0))
        .array();
  }

  @Override
  public Patch link(long site, long trampoline, boolean on) {
    return new Patch(
        site,
        ToyWord.bytes(ToyWord.of(ToyWord.NOP, 0)),
        relative(on ? ToyWord.JUMP : passingBy(), site, trampoline));
  }

  private static int passingBy() {
    if (Flaw.OFF_GOES_THERE_TOO.is()) {
      return ToyWord.JUMP;
    }
    return Flaw.SWITCHED_OVER_A_TRAP.is() ? ToyWord.FIRST_OTHER : ToyWord.NOP;
  }

  private static byte[] relative(int operation, long address, long target) {
    if (Flaw.FAR_TRAMPOLINE_IS_CUT_OFF.is()) {
      return ToyWord.bytes(ToyWord.of(operation, (int) ((target - address) / ToyWord.BYTES)));
    }
    byte[] jump = new ToyTextPoke().encode(new Instruction.Jump(target), address);
    jump[0] = (byte) operation;
    return jump;
  }
}
