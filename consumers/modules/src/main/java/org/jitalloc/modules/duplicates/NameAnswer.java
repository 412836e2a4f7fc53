package org.jitalloc.modules.duplicates;

/** Whether a module of some name may be loaded; a {@link NameHolder} where it is loaded now. */
public sealed interface NameAnswer permits NameAnswer.Free, NameAnswer.Taken, NameHolder {

  /** Nobody has the name. */
  enum Free implements NameAnswer {
    /** The only one. */
    FREE
  }

  /** The load has to end. */
  enum Taken implements NameAnswer {
    /** A module of this name is live. */
    EXISTS(17),
    /**
     * A module of this name is being unloaded, or was being loaded and failed. The load does not
     * try again in its place: if each that waited did, one that always fails would be tried as
     * often as it was asked for.
     */
    BUSY(16);

    private final int errno;

    Taken(int errno) {
      this.errno = errno;
    }

    /**
     * The number Linux has for it.
     *
     * @return positive
     */
    public int errno() {
      return errno;
    }
  }
}
