package org.jitalloc.arch.arm64.elf;

import java.util.function.IntPredicate;

/**
 * Erratum 843419 of Cortex-A53: an ADRP in one of the last two words of a page of 4 KiB, followed
 * by loads and stores, may compute a wrong address. It is avoided: the section is aligned so that
 * no ADRP is at such an address; if that needs more than a page, the ADRP becomes an ADR, or a
 * branch to a slot that has its effect and branches back (arch/arm64/kernel/module.c and
 * module-plts.c).
 */
enum Erratum843419 {
  /** The processor does not have the erratum. */
  ABSENT {
    @Override
    boolean isAt(long address) {
      return false;
    }
  },
  /** The processor may have the erratum. */
  PRESENT {
    @Override
    boolean isAt(long address) {
      return (address & PAGE_BYTES - 1) >= FIRST_OFFSET;
    }
  };

  /** The number of the workaround in Debian's Linux 6.1. */
  static final int WORKAROUND = 54;

  static final int PAGE_BYTES = 4096;
  private static final int FIRST_OFFSET = 0xff8;

  /** {@return whether code for a processor has to avoid it} */
  static Erratum843419 of(IntPredicate features) {
    return features.test(WORKAROUND) ? PRESENT : ABSENT;
  }

  /** {@return whether an ADRP must not be at an address} */
  abstract boolean isAt(long address);

  /**
   * Returns the alignment of a section with which an ADRP is at no forbidden address: a bit that is
   * 1 in all forbidden addresses and 0 in the offset stays 0 in the address.
   *
   * @param offset the offset of the instruction in the section
   * @return the alignment in bytes; more than a page if there is no such bit
   */
  static long safeAlignBytes(long offset) {
    return 2 * Long.lowestOneBit(~(offset | 7));
  }
}
