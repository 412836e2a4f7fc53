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

/** One thread's part of a replay. */
final class Worker implements Callable<Worker.Times> {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * What the steady state took.
   *
   * @param nanos from its start to its end
   * @param cpuNanos while the thread had a processor
   */
  record Times(long nanos, long cpuNanos) {}

  private final JitAllocator allocator;
  private final ThreadSteps script;
  private final @Nullable Content content;
  private final CyclicBarrier ready;
  private final @Nullable JitMemory[] held;

  Worker(JitAllocator allocator, ThreadSteps script, boolean write, CyclicBarrier ready) {
    this.allocator = allocator;
    this.script = script;
    this.ready = ready;
    content = write ? new Content() : null;
    held = new JitMemory[script.held()];
  }

  @Override
  public Times call() throws InterruptedException, BrokenBarrierException {
    try {
      run(0, script.start());
    } catch (RuntimeException failure) {
      ready.reset();
      throw failure;
    }
    ready.await();
    long cpuBefore = THREADS.getCurrentThreadCpuTime();
    long before = System.nanoTime();
    run(script.start(), script.slots().length);
    long nanos = System.nanoTime() - before;
    return new Times(nanos, THREADS.getCurrentThreadCpuTime() - cpuBefore);
  }

  private void run(int from, int to) {
    int[] slots = script.slots();
    int[] bytes = script.bytes();
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

  /** Frees what the trace leaves behind. */
  void freeAll() {
    for (int slot = 0; slot < held.length; slot++) {
      free(slot);
    }
  }
}
