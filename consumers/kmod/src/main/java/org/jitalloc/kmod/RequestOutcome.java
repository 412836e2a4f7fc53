package org.jitalloc.kmod;

/** The outcome of a request for a module. */
public sealed interface RequestOutcome {

  /** The module is loaded; or, for a request that does not wait, a load has begun. */
  RequestOutcome LOADED = new HelperDone(0);

  /**
   * Returns the number that the kernel's {@code request_module} returns: 0, the exit status of the
   * helper, or a negative errno.
   *
   * @return the number
   */
  int code();

  /**
   * The helper ended.
   *
   * @param status its exit status, 0 for success
   */
  record HelperDone(int status) implements RequestOutcome {
    @Override
    public int code() {
      return status;
    }
  }

  /**
   * The helper did not run, or its end was not awaited.
   *
   * @param reason the reason
   */
  record NotDone(Reason reason) implements RequestOutcome {
    @Override
    public int code() {
      return -reason.errno;
    }
  }

  /** The reasons why a request has no exit status of the helper. */
  enum Reason {
    /** No helper is configured, or it could not be started. */
    NO_HELPER(2),
    /** The helper ended without an exit status. */
    HELPER_LOST(5),
    /** The name is longer than names of modules can be. */
    NAME_TOO_LONG(36),
    /** The autoloader was closed. */
    CLOSED(108),
    /** Too many other requests ran for too long. */
    BUSY(62),
    /**
     * The requesting thread was interrupted. A helper that was started continues, but requests for
     * the same name have this outcome as well, until a while after the interrupt.
     */
    INTERRUPTED(512);

    private final int errno;

    Reason(int errno) {
      this.errno = errno;
    }
  }
}
