package org.jitalloc.core.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.JitAllocException;
import org.jspecify.annotations.Nullable;

/**
 * What was had from the system and has to go back: mappings, files, keys. Whatever fails, nothing
 * is forgotten: each thing is entered before anything else is done with it, and what cannot be
 * given back stays here for the next try.
 */
final class ResourceStack implements AutoCloseable {

  /** The last one first. Guarded by the monitor. */
  private final Deque<Runnable> held = new ArrayDeque<>();

  /**
   * Enters a thing.
   *
   * @param giveBack gives it back; called again if it fails
   */
  synchronized void add(Runnable giveBack) {
    held.push(giveBack);
  }

  /**
   * Enters a file. It is closed once: also when that reports a failure it is closed, and its number
   * may be somebody else's.
   */
  void addFile(SystemCalls os, int fd) {
    addFile(() -> os.close(fd));
  }

  /**
   * Enters a file.
   *
   * @param close closes it, whatever fails; not called again
   */
  void addFile(Runnable close) {
    var closed = new AtomicBoolean();
    add(
        () -> {
          if (!closed.getAndSet(true)) {
            close.run();
          }
        });
  }

  /** {@return a part of this that can be given back earlier} */
  ResourceStack nested() {
    var nested = new ResourceStack();
    add(nested::close);
    return nested;
  }

  /**
   * Gives all back, the last first, whatever fails.
   *
   * @throws RuntimeException the first failure, with the others; call this again to try again
   */
  @Override
  public synchronized void close() {
    RuntimeException first = null;
    for (Runnable giveBack : List.copyOf(held)) {
      try {
        giveBack.run();
        held.remove(giveBack);
      } catch (RuntimeException failure) {
        first = join(first, failure);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static RuntimeException join(@Nullable RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }

  /** Gives all back because something else is tried. What cannot go back now goes with the rest. */
  void giveUp() {
    try {
      close();
    } catch (JitAllocException keptForLater) {
      // It is still entered here, and this in what it is part of.
    }
  }

  /** Gives all back because of a failure, which is what the caller is to be told of. */
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }
}
