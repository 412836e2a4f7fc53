package org.jitalloc.arch.arm64.poke;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the trap handler does for a thread in the place of an instruction.
 *
 * @param action one of the constants
 * @param a its first number
 * @param b its second number
 */
record Emulation(long action, long a, long b) {
  /*
   * Only what compilers and tracers put at patch sites is emulated. For the rest a thread waits: it
   * traps again until the change is complete, which needs nothing of that thread, so it ends.
   */
  /** Resume at the trapping address. */
  static final int WAIT = 0;

  /** Go on at {@code a}. */
  static final int JUMP = 1;

  /** Put {@code b} into X30, go on at {@code a}. */
  static final int CALL = 2;

  /** Go on at what register number {@code a} holds. */
  static final int RETURN = 3;

  /** The length of a record with its address. */
  static final int RECORD_BYTES = 32;

  static final int ACTION_OFFSET = 8;
  static final int A_OFFSET = 16;
  static final int B_OFFSET = 24;

  private static final int ZERO_REGISTER = 31;

  /** Finds what to do for an instruction. */
  static Emulation of(int word, long address) {
    long next = address + PokedWord.BYTES;
    if (word == PokedWord.NOP) {
      return new Emulation(JUMP, next, 0);
    }
    if (PokedWord.isJump(word)) {
      return new Emulation(JUMP, address + PokedWord.displacement(word), 0);
    }
    if (PokedWord.isCall(word)) {
      return new Emulation(CALL, address + PokedWord.displacement(word), next);
    }
    if (PokedWord.isReturn(word) && PokedWord.returnRegister(word) != ZERO_REGISTER) {
      return new Emulation(RETURN, PokedWord.returnRegister(word), 0);
    }
    return new Emulation(WAIT, 0, 0);
  }

  /** The record behind its address, in the order of bytes that Linux runs arm64 processes in. */
  byte[] record() {
    return ByteBuffer.allocate(RECORD_BYTES - Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(action)
        .putLong(a)
        .putLong(b)
        .array();
  }
}
