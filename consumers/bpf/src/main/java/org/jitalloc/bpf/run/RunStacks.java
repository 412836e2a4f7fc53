package org.jitalloc.bpf.run;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stack of runs of each thread. A platform thread keeps its stack. A virtual thread has one
 * only while it runs programs, since there may be very many of them: stacks are pooled.
 */
final class RunStacks {

  /** The most stacks that are kept for virtual threads. */
  private static final int MAX_POOLED = 256;

  private final LongSupplier floors;
  private final ThreadLocal<RunStack> ofThread = new ThreadLocal<>();
  private final ConcurrentLinkedDeque<RunStack> pool = new ConcurrentLinkedDeque<>();
  private final AtomicInteger pooled = new AtomicInteger();

  /** All stacks that are used or pooled. A platform thread takes its stack along when it ends. */
  private final Set<Reference<RunStack>> all = ConcurrentHashMap.newKeySet();

  private final ReferenceQueue<RunStack> gone = new ReferenceQueue<>();

  /**
   * Makes it without stacks.
   *
   * @param floors gives the lowest stack pointer at which the calling thread may call Java from
   *     code
   */
  RunStacks(LongSupplier floors) {
    this.floors = floors;
  }

  /** {@return the stack of the calling thread, until {@link #release}} */
  RunStack acquire() {
    RunStack own = ofThread.get();
    return own != null ? own : first();
  }

  private RunStack first() {
    Thread current = Thread.currentThread();
    RunStack stack = current.isVirtual() ? fromPool() : null;
    if (stack == null) {
      stack = create();
    }
    stack.setThread(current);
    ofThread.set(stack);
    return stack;
  }

  private RunStack create() {
    for (Object old = gone.poll(); old != null; old = gone.poll()) {
      all.remove(old);
    }
    var stack = new RunStack(floors);
    all.add(new WeakReference<>(stack, gone));
    return stack;
  }

  /** Looks at all runs, from any thread. {@return whether one is active} */
  boolean watch(long now, Consumer<StoppableProgram> stopping) {
    boolean any = false;
    for (Reference<RunStack> reference : all) {
      RunStack stack = reference.get();
      any |= stack != null && stack.watch(now, stopping);
    }
    return any;
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
      stack.setThread(null);
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
