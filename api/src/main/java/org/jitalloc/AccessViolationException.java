package org.jitalloc;

/** An access to a modelled address space that its page does not allow. */
public final class AccessViolationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was tried. */
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
   * Makes the exception.
   *
   * @param target the name of the target
   * @param address the first address that is not allowed
   * @param access what was tried
   * @param page the address of the page that does not allow it
   * @param protection what the page allows, {@code unmapped} if there is none
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

  /** {@return what was tried} */
  public Access access() {
    return access;
  }

  /** {@return the address of the page that does not allow it} */
  public long page() {
    return page;
  }
}
