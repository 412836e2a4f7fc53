package org.jitalloc.arch.x86.fixup;

/**
 * The numbers of features for code without alternatives: word times 32 plus bit, as in Linux 6.1
 * (arch/x86/include/asm/cpufeatures.h).
 */
final class Features {
  /** The system has one processor. */
  static final int UP = 3 * 32 + 9;

  /** Indirect branches go through thunks. */
  static final int RETPOLINE = 7 * 32 + 12;

  /** Indirect branches are preceded by LFENCE instead of using thunks. */
  static final int RETPOLINE_LFENCE = 7 * 32 + 13;

  /** Functions return through a thunk. */
  static final int RETHUNK = 11 * 32 + 14;

  private Features() {}
}
