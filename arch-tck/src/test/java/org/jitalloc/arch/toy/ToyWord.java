package org.jitalloc.arch.toy;

import java.nio.ByteBuffer;

/** The instructions of the toy: words of four bytes, the first of which is the operation. */
final class ToyWord {
  static final int BYTES = 4;

  static final int TRAP = 0;
  static final int NOP = 1;
  static final int JUMP = 2;
  static final int CALL = 3;
  static final int RETURN = 4;
  static final int RESULT = 5;
  static final int JUMP_IF = 6;

  /**
   * The first of the operations with three operand bytes, up to {@link #LAST}; they have no
   * meaning.
   */
  static final int FIRST_OTHER = 0x10;

  /** The instruction of an optional feature. */
  static final int FAST = 0x3e;

  static final int LAST = 0x3f;

  /** The reach of jumps and calls. */
  static final long REACH_BYTES = (1L << 23) * BYTES;

  private ToyWord() {}

  static int of(int operation, int operand) {
    return operation << 24 | operand & 0xffffff;
  }

  static int of(int operation, int a, int b, int c) {
    return of(operation, (a & 0xff) << 16 | (b & 0xff) << 8 | c & 0xff);
  }

  static byte[] bytes(int... words) {
    var buffer = ByteBuffer.allocate(words.length * BYTES);
    for (int word : words) {
      buffer.putInt(word);
    }
    return buffer.array();
  }

  static int operation(byte[] code) {
    return code[0];
  }
}
