package org.jitalloc.arch.arm64.poke;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The emulation of an instruction by the trap handler.
 *
 * @param action one of the constants
 * @param a its first operand
 * @param b its second operand
 */
record Emulation(long action, long a, long b) {
  /*
   * Only instructions that compilers and tracers use at patch sites are emulated. For others a
   * thread waits: it traps again until the change is complete, which does not depend on the thread.
   */
  /** Resume at the trapping address. */
  static final int WAIT = 0;

  /** Continue at {@code a}. */
  static final int JUMP = 1;

  /** Set X30 to {@code b}, continue at {@code a}. */
  static final int CALL = 2;

  /** Continue at the address in the register of number {@code a}. */
  static final int RETURN = 3;

  /** The length of a record with its address, in bytes. */
  static final int RECORD_BYTES = 32;

  static final int ACTION_OFFSET = 8;
  static final int A_OFFSET = 16;
  static final int B_OFFSET = 24;

  private static final int ZERO_REGISTER = 31;

  /** {@return the emulation of an instruction} */
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

  /** {@return the record without its address, little-endian as Linux processes on arm64} */
  byte[] record() {
    return ByteBuffer.allocate(RECORD_BYTES - Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(action)
        .putLong(a)
        .putLong(b)
        .array();
  }
}
