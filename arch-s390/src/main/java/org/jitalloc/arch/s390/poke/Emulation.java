package org.jitalloc.arch.s390.poke;

import java.nio.ByteBuffer;

/**
 * What the trap handler does for a thread in the place of an instruction.
 *
 * @param action one of the constants; its next byte is the mask of a branch, or the link register
 *     of a call
 * @param target where to go on
 * @param next the address behind the instruction
 */
record Emulation(long action, long target, long next) {
  /**
   * Resume at the trapping address: the thread traps again until the change is complete. For what
   * is not emulated.
   */
  static final int WAIT = 0;

  /** Go on at {@code target} if the condition code is in the mask, else at {@code next}. */
  static final int BRANCH = 1;

  /** Put {@code next} into the link register, go on at {@code target}. */
  static final int CALL = 2;

  /** Where the mask or the link register is in the action. */
  static final int FIELD_SHIFT = 8;

  /** The length of a record with its address. */
  static final int RECORD_BYTES = 32;

  static final int ACTION_OFFSET = 8;
  static final int TARGET_OFFSET = 16;
  static final int NEXT_OFFSET = 24;

  private static final int LONG_FORMS = 0xc0;
  private static final int SHORT_FORMS = 0xa7;
  static final int BRANCH_FORM = 4;
  private static final int CALL_FORM = 5;

  /** Finds what to do for an instruction; what is not known is waited for. */
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

  /** The record behind its address. */
  byte[] record() {
    return ByteBuffer.allocate(RECORD_BYTES - Long.BYTES)
        .putLong(action)
        .putLong(target)
        .putLong(next)
        .array();
  }
}
