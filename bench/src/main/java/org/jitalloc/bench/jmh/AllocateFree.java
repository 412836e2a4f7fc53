package org.jitalloc.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One allocation that is published and freed at once, by a single thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AllocateFree {
  private final JitAllocator allocator = JitAlloc.host();

  /** The size in bytes. */
  @Param({"64", "330", "4096"})
  public int bytes;

  /** Makes the state. */
  public AllocateFree() {}

  /** Measured. */
  @Benchmark
  public void allocateAndFree() {
    allocator.allocate(ModMemType.TEXT, bytes).publish().close();
  }
}
