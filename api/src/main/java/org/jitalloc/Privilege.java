package org.jitalloc;

/** Privileges that policy grants besides memory, see {@link JitAllocator#require}. */
public enum Privilege {
  /** Running code whose memory accesses are not checked. */
  UNCHECKED_CODE
}
