package org.jitalloc.bpf.memory;

/**
 * An access that is not allowed. Without a stack trace: the code that knows the instruction turns
 * it into something better.
 */
public final class AccessFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long address;

  AccessFault(long address) {
    super(null, null, false, false);
    this.address = address;
  }

  /** The first address of the access. */
  public long address() {
    return address;
  }
}
