package org.jitalloc.kmod.simulate;

import java.util.random.RandomGenerator;

/**
 * The costs of operations. Processors run in parallel, but changes of the kernel's address space
 * are serialised in the order of the requests. So a few duplicates make a storm: each of them
 * delays the one load that all of them wait for.
 */
final class SimulatedCpus {
  private static final long PAGE_BYTES = 4096;
  private static final long START_NANOS = 60_000;
  private static final long OPEN_NANOS = 20_000;
  private static final double READ_NANOS_PER_BYTE = 0.5;
  private static final double MAP_NANOS_PER_PAGE = 250;
  private static final double LINK_NANOS_PER_BYTE = 4;
  private static final long INIT_NANOS = 300_000;
  private static final double LEAST_LUCK = 0.5;

  private final SimulatedTime time;
  private final RandomGenerator random;
  private long addressSpaceFreeNanos;

  SimulatedCpus(SimulatedTime time, RandomGenerator random) {
    this.time = time;
    this.random = random;
  }

  /** Devices are found one after the other, and a process is started for each. */
  void start(int number, Runnable next) {
    time.after((long) ((number + luck()) * START_NANOS), next);
  }

  void open(Runnable next) {
    time.after((long) (OPEN_NANOS * luck()), next);
  }

  void read(long bytes, Runnable next) {
    map(bytes, () -> time.after((long) (bytes * READ_NANOS_PER_BYTE * luck()), next));
  }

  void map(long bytes, Runnable next) {
    double nanos = Math.ceilDiv(bytes, PAGE_BYTES) * MAP_NANOS_PER_PAGE;
    addressSpaceFreeNanos = Math.max(addressSpaceFreeNanos, time.nowNanos()) + (long) nanos;
    time.after(addressSpaceFreeNanos - time.nowNanos(), next);
  }

  void link(long bytes, Runnable next) {
    time.after((long) (bytes * LINK_NANOS_PER_BYTE * luck()), next);
  }

  void init(Runnable next) {
    time.after((long) (INIT_NANOS * luck()), next);
  }

  /** Continues at the same time, but not in the call that completed the wait. */
  void wake(Runnable next) {
    time.after(0, next);
  }

  private double luck() {
    return LEAST_LUCK + random.nextDouble();
  }
}
