package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;

/**
 * An error number of a system call (errno(3)): the cause of the exception that names the call. The
 * numbers are the same on all supported architectures.
 */
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

  /** {@return the error number; 0 if the failure is not that of a system call} */
  static int of(JitAllocException failure) {
    return failure.getCause() instanceof Errno errno ? errno.number : 0;
  }

  /** {@return whether memory is short, so that another memory mode may succeed} */
  static boolean isShortage(JitAllocException failure) {
    return switch (of(failure)) {
      // MADV_POPULATE_WRITE fails with EFAULT where a write would raise SIGBUS (madvise(2)).
      case EAGAIN, ENOMEM, EFAULT, ENOSPC -> true;
      default -> false;
    };
  }
}
