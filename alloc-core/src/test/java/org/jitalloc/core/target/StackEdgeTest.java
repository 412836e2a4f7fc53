package org.jitalloc.core.target;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.host.MachineArch;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;
import org.junit.jupiter.api.Test;

/** Calls at the end of the stack end with a StackOverflowError, and break nothing. */
class StackEdgeTest {

  private static final int ROUNDS = Integer.getInteger("jitalloc.test.stack.rounds", 1000);
  private static final long STACK_BYTES = 512 << 10;
  private static final int DEEPER_THAN_ANY_STACK = 200_000;
  private static final int AROUND = 60;

  private interface Work {
    void run() throws Throwable;
  }

  private static int deep(int calls, Work work) throws Throwable {
    if (calls <= 0) {
      work.run();
      return 0;
    }
    return deep(calls - 1, work) + 1;
  }

  /** {@return whether the stack was enough} */
  private static boolean fits(int calls, Work work) throws Throwable {
    try {
      deep(calls, work);
      return true;
    } catch (StackOverflowError edge) {
      return false;
    }
  }

  /** Does work at depths around the end of the stack; {@return how often that overflowed} */
  private static int workAtTheEdge(Work work, int rounds) throws Throwable {
    int overflows = 0;
    for (int round = 0; round < rounds; ) {
      int enough = 1;
      int tooMuch = DEEPER_THAN_ANY_STACK;
      while (tooMuch - enough > 1) {
        int middle = (enough + tooMuch) >>> 1;
        if (fits(middle, work)) {
          enough = middle;
        } else {
          tooMuch = middle;
          overflows++;
        }
      }
      for (int calls = Math.max(1, enough - AROUND); calls < enough + 20; calls++, round++) {
        overflows += fits(calls, work) ? 0 : 1;
      }
    }
    return overflows;
  }

  private static void inThread(Work work) throws Throwable {
    var failure = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            null,
            () -> {
              try {
                assertTrue(workAtTheEdge(work, ROUNDS) > 0);
              } catch (Throwable unexpected) {
                failure.set(unexpected);
              }
            },
            "edge",
            STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    thread.join(600_000);
    assertFalse(thread.isAlive(), "hangs");
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static void allocateAndFree(OwnerAllocator allocator, ModMemType type, int bytes) {
    try (JitMemory memory = allocator.allocate(type, bytes)) {
      assertEquals(bytes, memory.span().bytes());
    }
  }

  private static void checkWhole(TargetMemory target, OwnerAllocator allocator) {
    for (int i = 0; i < 2000; i++) {
      allocateAndFree(allocator, ModMemType.DATA, 64 * (1 + i % 100));
      allocateAndFree(allocator, ModMemType.TEXT, 100);
    }
    assertEquals(0, allocator.stats().pendingBytes(), "what is freed is used again");
    assertEquals(0, target.spans().brokenShards());
  }

  private static void useAtTheEdge(TargetMemory target) throws Throwable {
    OwnerAllocator allocator = target.allocatorFor("test");
    var done = new int[1];
    inThread(() -> allocateAndFree(allocator, ModMemType.DATA, 100 + done[0]++ % 50 * 64));
    inThread(
        () -> {
          try (JitMemory memory = allocator.allocate(ModMemType.TEXT, 100)) {
            memory.write(0, new byte[] {1});
          }
        });
    checkWhole(target, allocator);
  }

  @Test
  void host_allocateWriteAndFree_atTheEndOfTheStack() throws Throwable {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      useAtTheEdge(target);
    }
  }

  @Test
  void image_allocateWriteAndFree_atTheEndOfTheStack() throws Throwable {
    Arch arch = MachineArch.get();
    try (TargetMemory target =
        TargetMemory.image(
            "image", arch, false, 0, LeakPolicy.DEFAULT, new Rulebook(), () -> null)) {
      useAtTheEdge(target);
    }
  }

  /** The thread that overflowed is outside, and holds nothing up. */
  @Test
  void host_call_atTheEndOfTheStack() throws Throwable {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      OwnerAllocator allocator = target.allocatorFor("test");
      JitMemory code = allocator.allocate(ModMemType.TEXT, 64);
      code.write(0, MachineArch.get().returnConstant(1));
      code.publish();
      MethodHandle function = code.function(0, FunctionDescriptor.of(JAVA_INT));
      Thread.ofPlatform().start(() -> {}).join();
      inThread(
          () -> {
            int _ = (int) function.invokeExact();
          });
      checkWhole(target, allocator);
    }
  }
}
