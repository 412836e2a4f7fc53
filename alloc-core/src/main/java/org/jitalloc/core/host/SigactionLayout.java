package org.jitalloc.core.host;

/**
 * The layout of {@code struct sigaction} of the C library, in bytes. Source: {@code
 * bits/sigaction.h} of glibc.
 *
 * @param handler the offset of the address of the handler
 * @param mask the offset of the set of signals that are blocked while the handler runs: 64-bit
 *     words in which bit N-1 stands for signal N
 * @param flags the offset of the flags
 * @param bytes the length of the structure
 */
record SigactionLayout(int handler, int mask, int flags, int bytes) {

  /** {@return the layout of this machine: on s390x the flags precede the set of signals} */
  static SigactionLayout ofThisMachine() {
    return System.getProperty("os.arch", "").equals("s390x")
        ? new SigactionLayout(0, 24, 12, 152)
        : new SigactionLayout(0, 8, 136, 152);
  }
}
