package org.jitalloc.bench;

import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.bench.report.Median;

/**
 * Time that a thread has had a processor: what others do meanwhile is not in it. On a busy machine
 * a run longer than the scheduler lets one go on takes several times as long by the clock.
 */
final class ProcessorTime {
  private static final int WARM_UPS = 3;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  /** What is measured. */
  interface Measured {
    void run() throws Throwable;
  }

  /** Nanoseconds of this thread. */
  static double nanos(Measured measured) throws Throwable {
    long start = THREADS.getCurrentThreadCpuTime();
    measured.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  /**
   * What a call costs.
   *
   * @param loop {@code void loop(long)}, which calls as often as it is told
   * @param calls how often, a run
   * @param runs how many runs count, after some that do not
   * @param between done after each run, and not measured
   * @return nanoseconds of a call, the median
   */
  static double perCall(MethodHandle loop, int calls, int runs, Runnable between) throws Throwable {
    List<Double> times = new ArrayList<>();
    for (int i = -WARM_UPS; i < runs; i++) {
      double nanos =
          nanos(
              () -> {
                loop.invokeExact((long) calls);
              });
      between.run();
      if (i >= 0) {
        times.add(nanos / calls);
      }
    }
    return Median.of(times);
  }
}
