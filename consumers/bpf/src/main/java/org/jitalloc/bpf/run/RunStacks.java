package org.jitalloc.bpf.run;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The stack of runs of each thread. A platform thread keeps its stack. A virtual thread has one
 * only while it runs programs, since there may be very many of them: stacks are pooled.
 */
final class RunStacks {

  /** The most stacks that are kept for virtual threads. */
  private static final int MAX_POOLED = 256;

  private final ThreadLocal<RunStack> ofThread = new ThreadLocal<>();
  private final ConcurrentLinkedDeque<RunStack> pool = new ConcurrentLinkedDeque<>();
  private final AtomicInteger pooled = new AtomicInteger();

  /** {@return the stack of the calling thread, until {@link #release}} */
  RunStack acquire() {
    RunStack own = ofThread.get();
    return own != null ? own : first();
  }

  private RunStack first() {
    RunStack stack = Thread.currentThread().isVirtual() ? fromPool() : null;
    if (stack == null) {
      stack = new RunStack();
    }
    ofThread.set(stack);
    return stack;
  }

  private @Nullable RunStack fromPool() {
    RunStack stack = pool.pollFirst();
    if (stack != null) {
      pooled.decrementAndGet();
    }
    return stack;
  }

  /** Takes the stack back from a virtual thread that runs no program any more. */
  void release(RunStack stack) {
    if (stack.active == 0 && Thread.currentThread().isVirtual()) {
      ofThread.remove();
      if (pooled.incrementAndGet() <= MAX_POOLED) {
        pool.addFirst(stack);
      } else {
        pooled.decrementAndGet();
      }
    }
  }

  /** {@return the innermost run of the calling thread, in which a helper is called} */
  Run current() {
    return ofThread.get().current();
  }

  /** {@return how many stacks wait for a virtual thread} */
  int pooled() {
    return pooled.get();
  }
}
