package org.jitalloc.bpf.helper;

import org.jspecify.annotations.Nullable;

/**
 * Steps of an end that are all done, whichever of them fails. {@link #close} throws the first
 * failure, with the later ones suppressed.
 */
public final class Cleanup implements AutoCloseable {
  private @Nullable Throwable first;

  /** Makes a clean-up without failures. */
  public Cleanup() {}

  /** Does a step and keeps its failure. {@return whether it succeeded} */
  public boolean step(Runnable step) {
    try {
      step.run();
      return true;
    } catch (RuntimeException | Error failure) {
      if (first == null) {
        first = failure;
      } else if (!first.equals(failure)) {
        first.addSuppressed(failure);
      }
      return false;
    }
  }

  @Override
  public void close() {
    switch (first) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException failure -> throw failure;
      default -> throw new AssertionError(first);
    }
  }
}
