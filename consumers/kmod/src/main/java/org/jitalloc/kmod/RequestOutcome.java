package org.jitalloc.kmod;

/** How a request for a module ended. */
public sealed interface RequestOutcome {

  /** The module is there; or, for a request that does not wait, somebody is about to load it. */
  RequestOutcome LOADED = new HelperDone(0);

  /**
   * The number that Linux returns to the requester: 0, the helper's exit status, or a negative
   * error.
   *
   * @return the number
   */
  int code();

  /**
   * The helper ran to its end.
   *
   * @param status its exit status, 0 if all went well
   */
  record HelperDone(int status) implements RequestOutcome {
    @Override
    public int code() {
      return status;
    }
  }

  /**
   * The helper did not run, or nobody waited for its end.
   *
   * @param reason why
   */
  record NotDone(Reason reason) implements RequestOutcome {
    @Override
    public int code() {
      return -reason.errno;
    }
  }

  /** Why the helper did not run to its end for a request. */
  enum Reason {
    /** There is no helper, or it could not be started. */
    NO_HELPER(2),
    /** The helper ended without an exit status. */
    HELPER_LOST(5),
    /** No module has so long a name. */
    NAME_TOO_LONG(36),
    /** The autoloader was closed. */
    CLOSED(108),
    /** Too many requests were being worked on for too long. */
    BUSY(62),
    /**
     * Who asked was interrupted. The helper goes on where it was started; but what was asked for
     * again meanwhile, and for a while after, ends like this too.
     */
    INTERRUPTED(512);

    private final int errno;

    Reason(int errno) {
      this.errno = errno;
    }
  }
}
