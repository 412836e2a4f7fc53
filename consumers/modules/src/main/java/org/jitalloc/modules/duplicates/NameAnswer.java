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
    EXISTS,
    /**
     * A module of this name is being unloaded, or was being loaded and failed. The load does not
     * try again in its place: if each that waited did, one that always fails would be tried as
     * often as it was asked for.
     */
    BUSY
  }
}
