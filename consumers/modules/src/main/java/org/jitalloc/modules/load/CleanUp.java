package org.jitalloc.modules.load;

import org.jspecify.annotations.Nullable;

/** Runs the steps that release what a module holds. */
final class CleanUp {
  private CleanUp() {}

  /**
   * Runs all steps, in order, whatever one of them throws.
   *
   * @throws RuntimeException or Error: what the first step that failed threw; the others are
   *     suppressed in it
   */
  static void all(Runnable... steps) {
    @Nullable Throwable first = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException | Error failure) {
        if (first == null) {
          first = failure;
        } else if (!first.equals(failure)) {
          first.addSuppressed(failure);
        }
      }
    }
    if (first instanceof Error error) {
      throw error;
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
  }

  /** Runs all steps after a failure; what they throw is suppressed in it. */
  static void after(Throwable failure, Runnable... steps) {
    try {
      all(steps);
    } catch (RuntimeException | Error more) {
      if (!more.equals(failure)) {
        failure.addSuppressed(more);
      }
    }
  }
}
