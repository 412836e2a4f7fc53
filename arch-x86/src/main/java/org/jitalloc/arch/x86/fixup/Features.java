package org.jitalloc.arch.x86.fixup;

/**
 * Numbers of features that decide about code without an alternative: word times 32 plus bit, as
 * Linux 6.1 numbers what it decides itself (arch/x86/include/asm/cpufeatures.h).
 */
final class Features {
  /** There is one processor only. */
  static final int UP = 3 * 32 + 9;

  /** Indirect branches go through thunks. */
  static final int RETPOLINE = 7 * 32 + 12;

  /** Indirect branches without thunks wait for loads before them. */
  static final int RETPOLINE_LFENCE = 7 * 32 + 13;

  /** Functions return through a thunk. */
  static final int RETHUNK = 11 * 32 + 14;

  private Features() {}
}
