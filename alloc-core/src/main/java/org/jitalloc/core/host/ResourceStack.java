package org.jitalloc.core.host;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.JitAllocException;
import org.jspecify.annotations.Nullable;

/**
 * Mappings, files and protection keys that must be released, last acquired first. A caller adds a
 * resource immediately after its acquisition. A resource whose release fails stays on the stack, so
 * that {@link #close} can be repeated. Thread-safe.
 */
final class ResourceStack implements AutoCloseable {

  /** The release actions, last acquired first. Guarded by the monitor. */
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /**
   * Adds a resource.
   *
   * @param release releases the resource; if it throws, the next {@link #close} calls it again
   */
  synchronized void add(Runnable release) {
    releases.push(release);
  }

  /**
   * Adds a file descriptor. It is closed once, even if close(2) reports an error: Linux releases
   * the descriptor nevertheless, and another file may get the same number.
   */
  void addFile(SystemCalls os, int fd) {
    addFile(() -> os.close(fd));
  }

  /**
   * Adds a file.
   *
   * @param close closes the file; called once, even if it throws
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

  /** {@return a new stack that this stack owns, and that can be closed earlier} */
  ResourceStack nested() {
    var nested = new ResourceStack();
    add(nested::close);
    return nested;
  }

  /**
   * Releases all resources, last acquired first. A failure does not stop the others.
   *
   * @throws RuntimeException the first failure, with the others as suppressed exceptions; the
   *     resources whose release failed stay on the stack
   */
  @Override
  public synchronized void close() {
    RuntimeException first = null;
    for (Runnable release : List.copyOf(releases)) {
      try {
        release.run();
        releases.remove(release);
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

  /**
   * Releases all resources of a {@linkplain #nested nested} stack after a failed attempt. What
   * cannot be released now is released when the outer stack is closed.
   */
  void tryClose() {
    try {
      close();
    } catch (JitAllocException retriedByTheOuterStack) {
      // The resource stays on this stack, and the outer stack owns this stack.
    }
  }

  /** Releases all resources because of a failure. Adds new failures as suppressed exceptions. */
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }
}
