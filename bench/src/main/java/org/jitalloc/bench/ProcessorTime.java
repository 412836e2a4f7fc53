package org.jitalloc.bench;

import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.bench.report.Median;

/**
 * The processor time of a thread, without the time of other threads. On a busy machine, a run that
 * is longer than a time slice of the scheduler takes several times as long by the clock.
 */
final class ProcessorTime {
  private static final int WARM_UPS = 3;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private ProcessorTime() {}

  /** The measured code. */
  interface Measured {
    void run() throws Throwable;
  }

  /** {@return nanoseconds of processor time of this thread} */
  static double nanos(Measured measured) throws Throwable {
    long start = THREADS.getCurrentThreadCpuTime();
    measured.run();
    return THREADS.getCurrentThreadCpuTime() - start;
  }

  /**
   * Measures a call.
   *
   * @param loop {@code void loop(long)}, whose argument is the number of calls
   * @param calls the number of calls in a run
   * @param runs the number of measured runs, after some warm-up runs
   * @param between runs after each run, and is not measured
   * @return the median of the nanoseconds of a call
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
