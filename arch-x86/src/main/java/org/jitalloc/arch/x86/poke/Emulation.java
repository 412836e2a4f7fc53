package org.jitalloc.arch.x86.poke;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The emulation of an instruction by the trap handler.
 *
 * @param action one of the constants; that of conditional jumps has the condition in its upper bits
 * @param a its first operand
 * @param b its second operand
 */
record Emulation(long action, long a, long b) {
  /**
   * Resume at the trapping address: the thread traps again until the change is complete. For
   * instructions that are not emulated.
   */
  static final int WAIT = 0;

  /** Continue at {@code a}. */
  static final int JUMP = 1;

  /** Push {@code b}, continue at {@code a}. */
  static final int CALL = 2;

  /** Pop the return address, then drop {@code a} bytes. */
  static final int RETURN = 3;

  /**
   * Continue at {@code a} if the condition holds, else at {@code b}. It holds if one of the flags
   * in the mask at {@link #FLAG_MASK_SHIFT} is set, or, if {@link #SIGN_SHIFT} is set, if the sign
   * and the overflow flag differ. It is inverted if {@link #NEGATE_SHIFT} is set.
   */
  static final int CONDITION = 4;

  /** Continue at {@code a}: a permanent breakpoint, which is not counted as a change. */
  static final int DETOUR = 5;

  static final int NEGATE_SHIFT = 8;
  static final int SIGN_SHIFT = 9;
  static final int FLAG_MASK_SHIFT = 16;

  /** The length of a record with its address, in bytes. */
  static final int RECORD_BYTES = 32;

  static final int ACTION_OFFSET = 8;
  static final int A_OFFSET = 16;
  static final int B_OFFSET = 24;

  private static final int CARRY = 1;
  private static final int PARITY = 1 << 2;
  private static final int ZERO = 1 << 6;
  private static final int SIGN = 1 << 7;
  private static final int OVERFLOW = 1 << 11;

  /** Masks of the eight pairs of conditions, in the order of their numbers. */
  private static final int[] CONDITION_FLAGS = {
    OVERFLOW, CARRY, ZERO, CARRY | ZERO, SIGN, PARITY, 0, ZERO
  };

  /** From this pair on, sign and overflow are compared. */
  private static final int FIRST_SIGNED_PAIR = 6;

  /** {@return the emulation of an instruction; WAIT for an unknown one} */
  static Emulation of(byte[] code, long address) {
    var bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    long next = address + code.length;
    if (Nops.isNop(code)) {
      return jump(next);
    }
    int opcode = code[0] & 0xff;
    boolean near = opcode == 0x0f && code.length == 6 && (code[1] & 0xf0) == 0x80;
    if (near) {
      return conditional(code[1] & 0xf, next + bytes.getInt(2), next);
    }
    if (opcode == 0xe8 && code.length == 5) {
      return new Emulation(CALL, next + bytes.getInt(1), next);
    }
    if (opcode == 0xe9 && isPadded(code, 5)) {
      return jump(address + 5 + bytes.getInt(1));
    }
    if (opcode == 0xeb && isPadded(code, 2)) {
      return jump(address + 2 + code[1]);
    }
    if (opcode == 0xc3 && isPadded(code, 1)) {
      return new Emulation(RETURN, 0, 0);
    }
    if (opcode == 0xc2 && isPadded(code, 3)) {
      return new Emulation(RETURN, bytes.getShort(1) & 0xffff, 0);
    }
    boolean shortForm = (opcode & 0xf0) == 0x70 && code.length == 2;
    if (shortForm) {
      return conditional(opcode & 0xf, next + code[1], next);
    }
    return new Emulation(WAIT, 0, 0);
  }

  private static Emulation jump(long target) {
    return new Emulation(JUMP, target, 0);
  }

  /** {@return the record without its address} */
  byte[] record() {
    return ByteBuffer.allocate(RECORD_BYTES - Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(action)
        .putLong(a)
        .putLong(b)
        .array();
  }

  private static Emulation conditional(int condition, long target, long next) {
    int pair = condition >> 1;
    int negate = condition & 1;
    int sign = pair >= FIRST_SIGNED_PAIR ? 1 : 0;
    long action =
        CONDITION
            | negate << NEGATE_SHIFT
            | sign << SIGN_SHIFT
            | (long) CONDITION_FLAGS[pair] << FLAG_MASK_SHIFT;
    return new Emulation(action, target, next);
  }

  /** {@return whether only INT3, which is never executed, follows the first bytes} */
  private static boolean isPadded(byte[] code, int from) {
    if (code.length < from) {
      return false;
    }
    for (int i = from; i < code.length; i++) {
      if (code[i] != (byte) 0xcc) {
        return false;
      }
    }
    return true;
  }
}
