package org.jitalloc;

/** What needs more than memory to be allowed: see {@link JitAllocator#require}. */
public enum Privilege {
  /** To run code whose accesses to memory nobody checks. */
  UNCHECKED_CODE
}
