package org.jitalloc.bench.replay;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.bench.trace.ThreadSteps;
import org.jspecify.annotations.Nullable;

/** The part of one thread in a replay. */
final class Worker implements Callable<Worker.Times> {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * The times of the steady state.
   *
   * @param nanos its duration in nanoseconds
   * @param cpuNanos the processor time of the thread in nanoseconds
   */
  record Times(long nanos, long cpuNanos) {}

  private final JitAllocator allocator;
  private final ThreadSteps part;
  private final @Nullable Content content;
  private final CyclicBarrier ready;
  private final @Nullable JitMemory[] held;

  Worker(JitAllocator allocator, ThreadSteps part, boolean write, CyclicBarrier ready) {
    this.allocator = allocator;
    this.part = part;
    this.ready = ready;
    content = write ? new Content() : null;
    held = new JitMemory[part.held()];
  }

  @Override
  public Times call() throws InterruptedException, BrokenBarrierException {
    try {
      run(0, part.start());
    } catch (RuntimeException failure) {
      ready.reset();
      throw failure;
    }
    ready.await();
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    long before = System.nanoTime();
    run(part.start(), part.slots().length);
    long nanos = System.nanoTime() - before;
    return new Times(nanos, THREADS.getCurrentThreadCpuTime() - cpuBefore);
  }

  private void run(int from, int to) {
    int[] slots = part.slots();
    int[] bytes = part.bytes();
    for (int step = from; step < to; step++) {
      int size = bytes[step];
      if (size == 0) {
        free(slots[step]);
      } else {
        held[slots[step]] = make(size);
      }
    }
  }

  private JitMemory make(int size) {
    JitMemory memory = allocator.allocate(ModMemType.TEXT, size);
    if (content != null) {
      content.fill(memory, size);
    }
    return memory.publish();
  }

  private void free(int slot) {
    JitMemory memory = held[slot];
    if (memory != null) {
      memory.close();
      held[slot] = null;
    }
  }

  /** Frees the allocations that are live at the end of the trace. */
  void freeAll() {
    for (int slot = 0; slot < held.length; slot++) {
      free(slot);
    }
  }
}
