package org.jitalloc.kmod.autoload;

import org.jspecify.annotations.Nullable;

/** Takes warnings, such as a log. */
@FunctionalInterface
public interface WarningSink {

  /**
   * A warning. Must not throw.
   *
   * @param text one line
   * @param where whose stack says who is warned of, if that is wanted
   */
  void warn(String text, @Nullable Throwable where);

  /**
   * To this package's {@link System.Logger}.
   *
   * @return a sink
   */
  static WarningSink toLog() {
    System.Logger log = System.getLogger("org.jitalloc.kmod.autoload");
    return (text, where) -> log.log(System.Logger.Level.WARNING, text, where);
  }
}
