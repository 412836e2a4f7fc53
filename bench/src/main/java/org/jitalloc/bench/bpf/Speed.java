package org.jitalloc.bench.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.plain.BpfRuntimes;

/**
 * Measures programs in this process: as machine code, with and without checks of accesses, and
 * interpreted.
 */
public final class Speed implements AutoCloseable {
  private static final int AT_ONCE = 100;
  private static final int FACTOR = 40503;

  /** Measures processor time, without the time of other threads. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final BpfRuntime runtime = BpfRuntimes.of(JitAlloc.host(), List.of(), true);
  private final int rounds;
  private final double roundNanos;

  /**
   * Creates a measurement.
   *
   * @param bytes the size of the memory of the programs
   * @param rounds the number of rounds of calls; the first two are warm-up and not measured
   * @param millis the duration of a round in milliseconds
   */
  public Speed(int bytes, int rounds, int millis) {
    memory = arena.allocate(bytes, Long.BYTES);
    for (int i = 0; i < bytes; i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) (((i + 1) * FACTOR & 0xffff) >> 8));
    }
    this.rounds = rounds + 2;
    roundNanos = millis * 1e6;
  }

  /**
   * Runs a program.
   *
   * @param program the program
   * @param engine the engine
   * @param checks whether its accesses are checked
   * @return its result and time
   */
  public Timing time(MeasuredPrograms.Program program, Engine engine, MemoryChecks checks) {
    var options =
        BpfLoadOptions.DEFAULTS.withName(program.name()).withEngine(engine).withChecks(checks);
    try (BpfProgram loaded = runtime.load(program.bytes(), options)) {
      List<Double> times = new ArrayList<>();
      long result = 0;
      for (int round = 0; round < rounds; round++) {
        long calls = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        long end;
        do {
          for (int i = 0; i < AT_ONCE; i++) {
            result = loaded.run(memory);
          }
          calls += AT_ONCE;
          end = THREADS.getCurrentThreadCpuTime();
        } while (end - start < roundNanos);
        times.add((double) (end - start) / calls);
      }
      return new Timing(result, Median.of(times.subList(2, rounds)));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
