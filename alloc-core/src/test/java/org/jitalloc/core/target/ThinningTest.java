package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.core.host.MachineArch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory follows use: pages go and come back under what lives beside them. */
class ThinningTest {

  private static final int BLOCK = 8 << 10;

  /** Three slabs nearly full: the core may have something in there too. */
  private static final int BLOCKS = 3 * (2 << 20) / BLOCK - 8;

  private static final int THREADS = 3;

  private @Nullable TargetMemory memory;

  /** There is none where the machine does not allow the way to it. */
  @AfterEach
  void close() {
    if (memory != null) {
      memory.close();
    }
  }

  private OwnerAllocator open(String target) {
    memory = MemoryLifeTest.openTarget(target);
    return memory.allocatorFor("test");
  }

  private static JitMemory constant(OwnerAllocator allocator, int value) {
    JitMemory code = allocator.allocate(ModMemType.TEXT, BLOCK);
    code.write(0, MachineArch.get().returnConstant(value & 0xff));
    return code.publish();
  }

  private static int call(JitMemory code) throws Throwable {
    return (int) code.function(0, FunctionDescriptor.of(JAVA_INT)).invokeExact();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hugetlb", "shmem-thp", "anon-thp", "memfd", "mprotect"})
  void code_runsOn_whilePagesBesideItGoAndComeBack(String mode) throws Throwable {
    memory = GivenBackTest.open(mode);
    OwnerAllocator allocator = memory.allocatorFor("test");
    List<JitMemory> codes = new ArrayList<>();
    for (int n = 0; n < BLOCKS; n++) {
      codes.add(constant(allocator, n));
    }
    long full = allocator.stats().committedBytes();
    for (int n = 0; n < BLOCKS; n++) {
      if (n % 8 != 0) {
        codes.get(n).close();
      }
    }
    AllocatorStats thin = atRest(allocator);
    assertEquals(full, thin.reservedBytes());
    if (mode.equals("hugetlb")) {
      assertEquals(full, thin.committedBytes(), "pages of the pool cannot be split");
    } else {
      assertTrue(
          thin.committedBytes() <= full - full / 2,
          () -> "%d of %d are committed".formatted(thin.committedBytes(), full));
    }
    for (int n = 0; n < BLOCKS; n++) {
      if (n % 8 != 0) {
        codes.set(n, constant(allocator, n));
      }
    }
    for (int n = 0; n < BLOCKS; n++) {
      assertEquals(n & 0xff, call(codes.get(n)));
    }
    assertEquals(full, atRest(allocator).committedBytes());
  }

  /** What the reaper does when it goes to sleep. */
  private AllocatorStats atRest(OwnerAllocator allocator) {
    allocator.stats();
    memory.spans().thin(true);
    return allocator.stats();
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "image-amd64"})
  void blocks_keepWhatIsInThem_whilePagesGoAndComeBack(String target) throws Exception {
    OwnerAllocator allocator = open(target);
    List<Future<?>> users = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      for (int thread = 0; thread < THREADS; thread++) {
        var random = new SplittableRandom(thread);
        users.add(threads.submit(() -> use(allocator, random)));
      }
      while (!users.stream().allMatch(Future::isDone)) {
        atRest(allocator);
      }
      for (Future<?> user : users) {
        user.get();
      }
    }
  }

  private record Held(JitMemory memory, byte[] bytes) {
    void checkAndFree() {
      assertArrayEquals(bytes, memory.read(0, bytes.length));
      memory.close();
    }
  }

  /** Holds more, less and more again, so that slabs get sparse and are filled up. */
  private static void use(OwnerAllocator allocator, SplittableRandom random) {
    List<Held> held = new ArrayList<>();
    for (int wanted : new int[] {150, 15, 120, 40, 0}) {
      for (int n = 0; n < 400 || held.size() > wanted; n++) {
        if (held.size() > wanted || !held.isEmpty() && random.nextInt(5) < 2) {
          held.remove(random.nextInt(held.size())).checkAndFree();
        } else {
          held.add(allocate(allocator, random));
        }
      }
    }
  }

  private static Held allocate(OwnerAllocator allocator, SplittableRandom random) {
    ModMemType type = random.nextBoolean() ? ModMemType.TEXT : ModMemType.DATA;
    var bytes = new byte[1 + random.nextInt(60_000)];
    random.nextBytes(bytes);
    JitMemory memory = allocator.allocate(type, bytes.length);
    memory.write(0, bytes);
    return new Held(memory.publish(), bytes);
  }
}
