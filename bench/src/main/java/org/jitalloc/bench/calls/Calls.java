package org.jitalloc.bench.calls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.bench.code.X86;
import org.jitalloc.bench.report.Median;

/**
 * Functions that return constants, called in random order by a loop of machine code. In all
 * layouts, the branch predictor mispredicts the calls; the layouts differ in the misses of the TLB
 * and the caches.
 */
public final class Calls {
  private static final int CALLS = 1_000_000;
  private static final int WARM_UPS = 3;
  private static final int MEASURED = 7;
  private static final long HUGE_PAGE_BYTES = 2 << 20;
  private static final long SMALL_PAGE_BYTES = 4 << 10;

  private final JitAllocator allocator;
  private final List<JitMemory> functions = new ArrayList<>();

  /**
   * Creates the functions.
   *
   * @param allocator the allocator
   * @param layout their placement
   * @param count their number
   * @param bytes the size of each; the code is in its first bytes
   */
  public Calls(JitAllocator allocator, Layout layout, int count, int bytes) {
    X86.require(allocator);
    this.allocator = allocator;
    var request = AllocationRequest.of(ModMemType.TEXT, bytes).withAlignment(layout.alignBytes());
    for (int i = 0; i < count; i++) {
      JitMemory function = allocator.allocate(request);
      function.write(0, X86.constant(i));
      functions.add(function.publish());
    }
  }

  /**
   * Calls them.
   *
   * @return the times
   */
  public CallTimes measure() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    long expected = 0;
    List<Double> nanos = new ArrayList<>();
    JitMemory driver = X86.place(allocator, X86.callAll());
    MethodHandle callAll = driver.function(0, FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment order = arena.allocate(JAVA_LONG, CALLS);
      for (int i = 0; i < CALLS; i++) {
        int chosen = random.nextInt(functions.size());
        expected += chosen;
        order.setAtIndex(JAVA_LONG, i, functions.get(chosen).address());
      }
      for (int i = 0; i < WARM_UPS + MEASURED; i++) {
        long before = System.nanoTime();
        long sum = call(callAll, order);
        if (i >= WARM_UPS) {
          nanos.add((double) (System.nanoTime() - before) / CALLS);
        }
        if (sum != expected) {
          throw new IllegalStateException("sum of %d instead of %d".formatted(sum, expected));
        }
      }
    }
    long page = pageBytes();
    return new CallTimes(
        Median.of(nanos),
        functions.stream().mapToLong(f -> f.address() / page).distinct().count(),
        page,
        allocator.stats().reservedBytes(),
        allocator.memoryMode().name());
  }

  private static long call(MethodHandle callAll, MemorySegment order) {
    try {
      return (long) callAll.invokeExact(order, (long) CALLS);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** {@return the size of the pages that the operating system uses} */
  private long pageBytes() {
    boolean huge =
        allocator.slabs().stream()
            .filter(slab -> functions.stream().anyMatch(f -> slab.span().contains(f.address())))
            .allMatch(slab -> slab.hugePageBytes() == slab.span().bytes());
    return huge ? HUGE_PAGE_BYTES : SMALL_PAGE_BYTES;
  }
}
