package org.jitalloc.console.tour;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The program of the tour in several versions: each returns the sum of its memory and its version.
 */
final class TourPrograms {
  private TourPrograms() {}

  /**
   * Returns a program with the result {@code sum of all bytes of the memory << 8 | version}.
   *
   * @param version 0 to 255
   * @return its instructions
   */
  static byte[] checksum(int version) {
    return assemble(
        insn(0xb7, 0, 0, 0, 0), //        r0 = 0
        insn(0x0f, 2, 1, 0, 0), //        r2 += r1           the end
        insn(0x3d, 1, 2, 4, 0), //  loop: if r1 >= r2 goto done
        insn(0x71, 3, 1, 0, 0), //        r3 = *(u8 *)(r1 + 0)
        insn(0x0f, 0, 3, 0, 0), //        r0 += r3
        insn(0x07, 1, 0, 0, 1), //        r1 += 1
        insn(0x05, 0, 0, -5, 0), //       goto loop
        insn(0x67, 0, 0, 0, 8), //  done: r0 <<= 8
        insn(0x47, 0, 0, 0, version), //  r0 |= version
        insn(0x95, 0, 0, 0, 0)); //       exit
  }

  /** {@return the expected result of {@link #checksum}, computed in Java} */
  static long expected(byte[] memory, int version) {
    long sum = 0;
    for (byte b : memory) {
      sum += Byte.toUnsignedInt(b);
    }
    return sum << 8 | version;
  }

  private static long insn(int opcode, int dst, int src, int offset, int immediate) {
    return opcode
        | (long) dst << 8
        | (long) src << 12
        | (offset & 0xffffL) << 16
        | (long) immediate << 32;
  }

  private static byte[] assemble(long... instructions) {
    var bytes = ByteBuffer.allocate(instructions.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long instruction : instructions) {
      bytes.putLong(instruction);
    }
    return bytes.array();
  }
}
