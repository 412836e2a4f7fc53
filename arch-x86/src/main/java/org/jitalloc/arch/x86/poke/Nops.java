package org.jitalloc.arch.x86.poke;

/** Recognises no-operations. */
final class Nops {
  private static final int OPERAND_SIZE = 0x66;
  private static final int CS_SEGMENT = 0x2e;

  private Nops() {}

  /**
   * {@return whether the bytes are exactly one NOP: 90 or 0f 1f /0, with operand size or CS
   * prefixes}
   */
  static boolean isNop(byte[] code) {
    int at = 0;
    while (at < code.length && isPrefix(code[at] & 0xff)) {
      at++;
    }
    if (at == code.length) {
      return false;
    }
    if (code[at] == (byte) 0x90) {
      return at + 1 == code.length;
    }
    boolean multiByte = at + 2 < code.length && code[at] == 0x0f && code[at + 1] == 0x1f;
    return multiByte
        && (code[at + 2] & 0x38) == 0
        && at + 2 + operandBytes(code, at + 2) == code.length;
  }

  private static boolean isPrefix(int value) {
    return value == OPERAND_SIZE || value == CS_SEGMENT;
  }

  /** {@return the length of ModRM, SIB and displacement} */
  private static int operandBytes(byte[] code, int at) {
    int mode = (code[at] & 0xc0) >> 6;
    int rm = code[at] & 7;
    if (mode == 3) {
      return 1;
    }
    boolean sib = rm == 4;
    int bytes = sib ? 2 : 1;
    if (mode == 1) {
      return bytes + 1;
    }
    if (mode == 2) {
      return bytes + 4;
    }
    int base = sib && at + 1 < code.length ? code[at + 1] & 7 : rm;
    return base == 5 ? bytes + 4 : bytes;
  }
}
