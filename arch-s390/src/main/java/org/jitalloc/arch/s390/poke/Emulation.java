package org.jitalloc.arch.s390.poke;

import java.nio.ByteBuffer;

/**
 * The emulation of an instruction by the trap handler.
 *
 * @param action one of the constants; its next byte is the mask of a branch, or the link register
 *     of a call
 * @param target the target
 * @param next the address after the instruction
 */
record Emulation(long action, long target, long next) {
  /**
   * Resume at the trapping address: the thread traps again until the change is complete. For
   * instructions that are not emulated.
   */
  static final int WAIT = 0;

  /** Continue at {@code target} if the condition code is in the mask, else at {@code next}. */
  static final int BRANCH = 1;

  /** Set the link register to {@code next}, continue at {@code target}. */
  static final int CALL = 2;

  /** The position of the mask or the link register in the action. */
  static final int FIELD_SHIFT = 8;

  /** The length of a record with its address, in bytes. */
  static final int RECORD_BYTES = 32;

  static final int ACTION_OFFSET = 8;
  static final int TARGET_OFFSET = 16;
  static final int NEXT_OFFSET = 24;

  private static final int LONG_FORMS = 0xc0;
  private static final int SHORT_FORMS = 0xa7;
  static final int BRANCH_FORM = 4;
  private static final int CALL_FORM = 5;

  /** {@return the emulation of an instruction; WAIT for an unknown one} */
  static Emulation of(byte[] code, long address) {
    long next = address + code.length;
    int opcode = code[0] & 0xff;
    int form = code[1] & 0xf;
    long field = (code[1] >> 4 & 0xfL) << FIELD_SHIFT;
    boolean relative = opcode == LONG_FORMS || opcode == SHORT_FORMS;
    if (!relative || form != BRANCH_FORM && form != CALL_FORM) {
      return new Emulation(WAIT, 0, 0);
    }
    var bytes = ByteBuffer.wrap(code);
    long halfwords = opcode == LONG_FORMS ? bytes.getInt(2) : bytes.getShort(2);
    int action = form == BRANCH_FORM ? BRANCH : CALL;
    return new Emulation(action | field, address + 2 * halfwords, next);
  }

  /** {@return the record without its address} */
  byte[] record() {
    return ByteBuffer.allocate(RECORD_BYTES - Long.BYTES)
        .putLong(action)
        .putLong(target)
        .putLong(next)
        .array();
  }
}
