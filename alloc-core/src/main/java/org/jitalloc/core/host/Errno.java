package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;

/** What the system said; the cause of the exception that names the call. */
final class Errno extends Exception {
  private static final long serialVersionUID = 1L;

  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EFAULT = 14;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;

  private final int number;

  Errno(int number, String text) {
    super("%s (errno %d)".formatted(text, number), null, false, false);
    this.number = number;
  }

  /** {@return the number of the error; 0 if the failure is not the system's} */
  static int of(JitAllocException failure) {
    return failure.getCause() instanceof Errno errno ? errno.number : 0;
  }

  /** {@return whether another way to memory may have some where this one had none} */
  static boolean isShortage(JitAllocException failure) {
    return switch (of(failure)) {
      // EFAULT: populating pages would have ended in a SIGBUS.
      case EAGAIN, ENOMEM, EFAULT, ENOSPC -> true;
      default -> false;
    };
  }
}
