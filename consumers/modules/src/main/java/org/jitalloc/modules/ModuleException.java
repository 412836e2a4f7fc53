package org.jitalloc.modules;

import org.jitalloc.RefusedException;

/** A module or object file was not loaded, or not unloaded; the message says why, with values. */
public final class ModuleException extends RefusedException {
  private static final long serialVersionUID = 1L;

  /** Why, and what a kernel answers in such a case. */
  public enum Reason {
    /** The file cannot be read. */
    UNREADABLE("EIO"),
    /** The file is compressed, and damaged. */
    COMPRESSION("EINVAL"),
    /** The file is no ELF relocatable, or not one of this architecture. */
    NOT_A_MODULE("ENOEXEC"),
    /** An offset, size, index, string or alignment in the file is wrong. */
    MALFORMED("ENOEXEC"),
    /** The file is right but wants something that is not done here. */
    UNSUPPORTED("ENOEXEC"),
    /** A section is both writable and executable. */
    WRITABLE_CODE("ENOEXEC"),
    /** A symbol is defined neither in the kernel nor in a loaded module. */
    UNKNOWN_SYMBOL("ENOENT"),
    /** A relocation cannot be applied. */
    RELOCATION("ENOEXEC"),
    /** A module of this name is loaded. */
    ALREADY_LOADED("EEXIST"),
    /** Somebody else exports a symbol of that name. */
    ALREADY_EXPORTED("ENOEXEC"),
    /** It was made for another kernel: vermagic or a symbol's version differs. */
    WRONG_VERSION("ENOEXEC"),
    /** Its licence does not allow it what it wants. */
    LICENCE("EACCES"),
    /** A symbol is in a namespace that it does not import, or may not. */
    NAMESPACE("EINVAL"),
    /** It has no signature, or none that is trusted, and policy demands one. */
    SIGNATURE("EKEYREJECTED"),
    /** A parameter has no such value. */
    PARAMETER("EINVAL"),
    /** A {@link ModuleNotifier} does not want it. */
    REFUSED("EPERM"),
    /** Its init function returned an error, whose number the message has. */
    INIT_FAILED("the function's own"),
    /**
     * Policy does not allow it, or not the memory it needs; or it imports a namespace that is given
     * to modules by name.
     */
    DENIED("EPERM"),
    /** There is no memory for it. */
    NO_MEMORY("ENOMEM"),
    /** No module of this name is loaded. */
    NOT_LOADED("ENOENT"),
    /** Other modules use it. */
    IN_USE("EWOULDBLOCK"),
    /**
     * It is being loaded or unloaded, goes only by force, or is waited for too long; or the loader
     * is closed.
     */
    BUSY("EBUSY"),
    /** The thread was interrupted while it waited for another load. */
    INTERRUPTED("EINTR");

    private final String errno;

    Reason(String errno) {
      this.errno = errno;
    }

    /** {@return the name of the error that Linux gives, or words if it has no name of its own} */
    public String errno() {
      return errno;
    }
  }

  private final Reason reason;
  private final String detail;

  /**
   * Makes the exception.
   *
   * @param reason why
   * @param message what happened, with values
   */
  public ModuleException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
    detail = message;
  }

  /**
   * Makes the exception with a cause.
   *
   * @param reason why
   * @param message what happened, with values
   * @param cause what made it fail
   */
  public ModuleException(Reason reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
    detail = message;
  }

  /** {@return why} */
  public Reason reason() {
    return reason;
  }

  /** {@return what happened, without the reason before it} */
  public String detail() {
    return detail;
  }

  /**
   * Says where it happened.
   *
   * @param where such as a file
   * @return the same with that in front, caused by this one
   */
  public ModuleException in(Object where) {
    return new ModuleException(reason, where + ": " + detail, this);
  }
}
