package org.jitalloc;

/** Thrown for an access to an image that the protection of the page does not allow. */
public final class AccessViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The kinds of access. */
  public enum Access {
    /** A read of data. */
    LOAD,
    /** A write of data. */
    STORE,
    /** A read of instructions. */
    FETCH
  }

  private final long address;
  private final Access access;
  private final long page;

  /**
   * Creates the exception.
   *
   * @param target the name of the target
   * @param address the first address that is not allowed
   * @param access the kind of access
   * @param page the address of the page
   * @param protection the protection of the page, {@code unmapped} if no page is mapped
   */
  public AccessViolationException(
      String target, long address, Access access, long page, String protection) {
    super(
        "%s at 0x%x not allowed: target=%s page=0x%x protection=%s"
            .formatted(access, address, target, page, protection));
    this.address = address;
    this.access = access;
    this.page = page;
  }

  /** {@return the first address that is not allowed} */
  public long address() {
    return address;
  }

  /** {@return the kind of access} */
  public Access access() {
    return access;
  }

  /** {@return the address of the page} */
  public long page() {
    return page;
  }
}
