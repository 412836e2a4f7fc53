package org.jitalloc.bench.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jitalloc.JitAllocator;
import org.jitalloc.SlabInfo;
import org.jitalloc.bench.trace.AllocationTrace;
import org.jitalloc.bench.trace.ThreadSteps;
import org.jspecify.annotations.Nullable;

/**
 * Replays a trace on an allocator: each allocation is made and published as text, each free closes
 * it. All threads make their first allocations before any of them begins the steady state; only the
 * steady state is measured. At the end of a pass everything is freed.
 */
public final class Replay {
  private static final int LEAST_WARM_UPS = 3;
  private static final int ENOUGH_OPERATIONS = 3_000_000;
  private static final long ENOUGH_NANOS = 2_000_000_000L;

  /** Longer than the time after which an idle allocator releases memory. */
  private static final long REST_NANOS = 5_000_000_000L;

  private final JitAllocator allocator;
  private final AllocationTrace trace;
  private final ThreadSteps[] parts;
  private final boolean write;

  /**
   * Creates replays.
   *
   * @param allocator the allocator
   * @param trace the trace
   * @param threads the number of threads
   * @param write whether each allocation is filled with bytes before it is published
   */
  public Replay(JitAllocator allocator, AllocationTrace trace, int threads, boolean write) {
    this.allocator = allocator;
    this.trace = trace;
    this.write = write;
    parts = ThreadSteps.deal(trace, threads);
  }

  /**
   * Replays until the JVM's compilers have warmed up: at least three times, and up to three million
   * operations or two seconds.
   *
   * @return the number of replays
   */
  public int warmUp() {
    long deadline = System.nanoTime() + ENOUGH_NANOS;
    int passes = 0;
    for (long operations = 0;
        passes < LEAST_WARM_UPS || operations < ENOUGH_OPERATIONS && System.nanoTime() < deadline;
        operations += trace.operations()) {
      pass(false);
      passes++;
    }
    return passes;
  }

  /**
   * Replays once.
   *
   * @param rests whether it waits some seconds at the end, until unused memory is released
   * @return the result
   */
  public Pass pass(boolean rests) {
    long before = allocator.stats().usedBytes();
    var ready = new CyclicBarrier(parts.length);
    List<Worker> workers = new ArrayList<>();
    for (ThreadSteps part : parts) {
      workers.add(new Worker(allocator, part, write, ready));
    }
    try {
      List<Worker.Times> times = run(workers);
      long slowest = times.stream().mapToLong(Worker.Times::nanos).max().orElseThrow();
      long cpu = times.stream().mapToLong(Worker.Times::cpuNanos).sum();
      var stats = allocator.stats();
      if (rests) {
        LockSupport.parkNanos(REST_NANOS);
      }
      List<SlabInfo> slabs = allocator.slabs();
      double each = (double) trace.operations() / parts.length;
      return new Pass(
          slowest / each,
          (double) cpu / trace.operations(),
          stats.usedBytes() - before,
          stats,
          slabs.stream().mapToLong(SlabInfo::committedBytes).sum(),
          slabs.stream().mapToLong(SlabInfo::hugePageBytes).sum());
    } finally {
      workers.forEach(Worker::freeAll);
    }
  }

  private static List<Worker.Times> run(List<Worker> workers) {
    try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
      List<Worker.Times> times = new ArrayList<>();
      for (Future<Worker.Times> each : threads.invokeAll(workers)) {
        times.add(each.get());
      }
      return times;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while replaying", interrupted);
    } catch (ExecutionException failed) {
      throw asUnchecked(failed.getCause());
    }
  }

  private static RuntimeException asUnchecked(@Nullable Throwable cause) {
    return cause instanceof RuntimeException failure && !(cause instanceof BrokenBarrierException)
        ? failure
        : new IllegalStateException("a thread of the replay failed", cause);
  }
}
