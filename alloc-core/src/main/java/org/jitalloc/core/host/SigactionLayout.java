package org.jitalloc.core.host;

/**
 * Where the C library's {@code struct sigaction} has its fields (glibc's {@code bits/sigaction.h}
 * of each architecture), in bytes.
 *
 * @param handler the offset of the handler's address
 * @param mask the offset of the mask of signals that are blocked while the handler runs, a bit of
 *     each 64-bit word for each signal, from the lowest on
 * @param flags the offset of the flags
 * @param bytes the length of the structure
 */
record SigactionLayout(int handler, int mask, int flags, int bytes) {

  /** s390x has the flags before the mask of signals, the others behind it. */
  static SigactionLayout ofThisMachine() {
    return System.getProperty("os.arch", "").equals("s390x")
        ? new SigactionLayout(0, 24, 12, 152)
        : new SigactionLayout(0, 8, 136, 152);
  }
}
