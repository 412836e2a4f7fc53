package org.jitalloc.arch.bpf;

import java.nio.ByteOrder;

/**
 * One decoded instruction (RFC 9669, section 3). A wide instruction (LDDW) is two of these: the
 * second contains only the upper half of the constant, as {@code imm}.
 *
 * @param opcode the operation, 0 to 255
 * @param dst the destination register, 0 to 15 as encoded
 * @param src the source register, 0 to 15 as encoded
 * @param offset the signed offset
 * @param imm the signed constant
 */
public record BpfInsn(int opcode, int dst, int src, short offset, int imm) {

  /** The length of an instruction in bytes. */
  public static final int BYTES = 8;

  /**
   * Decodes an instruction.
   *
   * @param word its eight bytes, read as a little-endian number
   * @return the fields
   */
  public static BpfInsn decode(long word) {
    return new BpfInsn(
        (int) word & 0xff,
        (int) (word >>> 8) & 0xf,
        (int) (word >>> 12) & 0xf,
        (short) (word >>> 16),
        (int) (word >> 32));
  }

  /**
   * Decodes an instruction of a program of either byte order: in a big-endian program, offset and
   * constant are big-endian, and dst precedes src.
   *
   * @param word its eight bytes, read as a number of that order
   * @param order the byte order of the program
   * @return the fields
   */
  public static BpfInsn decode(long word, ByteOrder order) {
    if (order == ByteOrder.LITTLE_ENDIAN) {
      return decode(word);
    }
    return new BpfInsn(
        (int) (word >>> 56),
        (int) (word >>> 52) & 0xf,
        (int) (word >>> 48) & 0xf,
        (short) (word >>> 32),
        (int) word);
  }

  /** {@return the class, the lowest three bits of the operation} */
  public int insnClass() {
    return opcode & 0x07;
  }
}
