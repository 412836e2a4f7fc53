package org.jitalloc.bench.jmh;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.Allocation;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.bench.trace.TraceKind;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Finds the allocation at an address, with a million live allocations, while another thread
 * allocates and frees.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Find {
  private static final int LIVE = 1_000_000;
  private static final int QUESTIONS = 1 << 20;

  private final JitAllocator allocator = JitAlloc.host();
  private final JitMemory[] live = new JitMemory[LIVE];
  private final long[] questions = new long[QUESTIONS];
  private int next;

  /**
   * The number of live allocations that are looked up in random order. With few of them the data is
   * in the first-level cache, as when a stack is walked; with all of them most of the time is
   * memory latency.
   */
  @Param({"16", "1000", "1000000"})
  public int asked;

  /** Makes the state. */
  public Find() {}

  /** Makes the allocations and chooses the addresses. */
  @Setup(Level.Trial)
  public void allocate() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    for (int i = 0; i < LIVE; i++) {
      live[i] = allocator.allocate(ModMemType.TEXT, TraceKind.GROW.sizes().draw(random)).publish();
    }
    int stride = LIVE / asked;
    for (int i = 0; i < QUESTIONS; i++) {
      JitMemory memory = live[random.nextInt(asked) * stride];
      questions[i] = memory.address() + random.nextLong(memory.bytes());
    }
  }

  /**
   * Measured.
   *
   * @return the allocation
   */
  @Benchmark
  @Group("findUnderLoad")
  public @Nullable Allocation find() {
    return allocator.find(questions[next++ & QUESTIONS - 1]);
  }

  /** Measured, too: what the other thread does. */
  @Benchmark
  @Group("findUnderLoad")
  public void allocateAndFree() {
    allocator.allocate(ModMemType.TEXT, 330).publish().close();
  }

  /**
   * Measured, without another thread.
   *
   * @return the allocation
   */
  @Benchmark
  @Group("findInPeace")
  public @Nullable Allocation findInPeace() {
    return allocator.find(questions[next++ & QUESTIONS - 1]);
  }
}
