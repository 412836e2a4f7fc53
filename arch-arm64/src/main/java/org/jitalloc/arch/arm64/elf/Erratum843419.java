package org.jitalloc.arch.arm64.elf;

import java.util.function.IntPredicate;

/**
 * Erratum 843419 of Cortex-A53: an ADRP in one of the last two words of a page of 4 KiB, with loads
 * and stores behind it, may give a wrong address. So there is none: its section is aligned so that
 * it cannot come to stand there; if that takes more than a page, it is made an ADR, or a branch to
 * a slot that does its work and comes back (arch/arm64/kernel/module.c and module-plts.c).
 */
enum Erratum843419 {
  /** The processor is none of these. */
  ABSENT {
    @Override
    boolean isAt(long address) {
      return false;
    }
  },
  /** It may be one. */
  PRESENT {
    @Override
    boolean isAt(long address) {
      return (address & PAGE_BYTES - 1) >= FIRST_OFFSET;
    }
  };

  /** The number of the kernel's workaround in Linux 6.1 as Debian has it. */
  static final int WORKAROUND = 54;

  static final int PAGE_BYTES = 4096;
  private static final int FIRST_OFFSET = 0xff8;

  /** {@return whether code that is formed for a processor avoids it} */
  static Erratum843419 of(IntPredicate features) {
    return features.test(WORKAROUND) ? PRESENT : ABSENT;
  }

  /** Tells whether an ADRP must not stand at an address. */
  abstract boolean isAt(long address);

  /**
   * Gives the alignment of a section with which an ADRP is never where it must not be: one bit of
   * its address that is 0 in the offset, among those that are all 1 in such places, stays 0.
   *
   * @param offset where in the section the instruction is
   * @return the alignment; more than a page if there is no such bit in it
   */
  static long safeAlignBytes(long offset) {
    return 2 * Long.lowestOneBit(~(offset | 7));
  }
}
