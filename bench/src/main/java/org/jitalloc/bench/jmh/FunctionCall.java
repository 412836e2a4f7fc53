package org.jitalloc.bench.jmh;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.bench.code.X86;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A call of generated code from Java, {@code int add(int, int)}: by the method handle of {@link
 * JitMemory#function}, which keeps the code alive, and by a bare downcall, which does not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FunctionCall {
  private static final MethodHandle GUARDED;
  private static final MethodHandle BARE;

  static {
    JitAllocator allocator = JitAlloc.host();
    X86.require(allocator);
    JitMemory code = X86.place(allocator, X86.add());
    var type = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);
    GUARDED = code.function(0, type);
    BARE = Linker.nativeLinker().downcallHandle(MemorySegment.ofAddress(code.address()), type);
  }

  private int a = 1;
  private int b = 2;

  /** Makes the state. */
  public FunctionCall() {}

  /**
   * Measured.
   *
   * @return the sum
   * @throws Throwable never
   */
  @Benchmark
  public int bare() throws Throwable {
    return (int) BARE.invokeExact(a, b);
  }

  /**
   * Measured.
   *
   * @return the sum
   * @throws Throwable never
   */
  @Benchmark
  public int function() throws Throwable {
    return (int) GUARDED.invokeExact(a, b);
  }

  /**
   * Measured: two threads at a time.
   *
   * @return the sum
   * @throws Throwable never
   */
  @Benchmark
  @Threads(2)
  public int bareOfTwoThreads() throws Throwable {
    return (int) BARE.invokeExact(a, b);
  }

  /**
   * Measured: two threads at a time.
   *
   * @return the sum
   * @throws Throwable never
   */
  @Benchmark
  @Threads(2)
  public int functionOfTwoThreads() throws Throwable {
    return (int) GUARDED.invokeExact(a, b);
  }
}
