package org.jitalloc.arch.arm64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The few pieces of machine code that the allocator itself needs. */
final class Code {
  /** BRK #0x100: the immediate that the kernel fills unused BPF memory with. */
  private static final int BRK_FAULT = 0xd420_2000;

  private static final int MOVZ_W0 = 0x5280_0000;
  private static final int MOVZ_IMMEDIATE_SHIFT = 5;
  private static final int RET = 0xd65f_03c0;

  private Code() {}

  static byte[] trap() {
    return words(BRK_FAULT);
  }

  static byte[] returnConstant(int value) {
    return words(MOVZ_W0 | (value & 0xff) << MOVZ_IMMEDIATE_SHIFT, RET);
  }

  /**
   * Cleans the data cache to the point of unification, then throws the instruction cache away, line
   * by line; the sizes of lines are the least of any cache, from CTR_EL0. Its bits that say that
   * one or the other is not needed are not looked at: this runs once a publication.
   */
  static byte[] cacheFlush() {
    return words(
        0x8b01_0001, // add  x1, x0, x1          the end
        0xd53b_0022, // mrs  x2, ctr_el0
        0xd350_4c43, // ubfx x3, x2, #16, #4     DminLine: log2 of words
        0x5280_0084, // mov  w4, #4
        0x1ac3_2083, // lsl  w3, w4, w3
        0xd340_0c45, // ubfx x5, x2, #0, #4      IminLine
        0x1ac5_2084, // lsl  w4, w4, w5
        0xd100_0465, // sub  x5, x3, #1
        0x8a25_0005, // bic  x5, x0, x5          down to a line
        0xeb01_00bf, // 1: cmp x5, x1
        0x5400_0082, // b.hs 2f
        0xd50b_7b25, // dc   cvau, x5
        0x8b03_00a5, // add  x5, x5, x3
        0x17ff_fffc, // b    1b
        0xd503_3b9f, // 2: dsb ish               memory has it before
        0xd100_0485, // sub  x5, x4, #1
        0x8a25_0005, // bic  x5, x0, x5
        0xeb01_00bf, // 3: cmp x5, x1
        0x5400_0082, // b.hs 4f
        0xd50b_7525, // ic   ivau, x5
        0x8b04_00a5, // add  x5, x5, x4
        0x17ff_fffc, // b    3b
        0xd503_3b9f, // 4: dsb ish               all processors have thrown it away
        0xd503_3fdf, // isb
        RET);
  }

  private static byte[] words(int... words) {
    var bytes = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    return bytes.array();
  }
}
