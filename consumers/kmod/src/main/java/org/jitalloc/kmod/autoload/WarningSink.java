package org.jitalloc.kmod.autoload;

import org.jspecify.annotations.Nullable;

/** Receives warnings, such as a log. For any thread. */
@FunctionalInterface
public interface WarningSink {

  /**
   * Receives a warning. Must not throw.
   *
   * @param text one line
   * @param where the stack of the cause, or null
   */
  void warn(String text, @Nullable Throwable where);

  /**
   * Returns a sink that writes to the {@link System.Logger} of this package.
   *
   * @return the sink
   */
  static WarningSink toLog() {
    System.Logger log = System.getLogger("org.jitalloc.kmod.autoload");
    return (text, where) -> log.log(System.Logger.Level.WARNING, text, where);
  }
}
