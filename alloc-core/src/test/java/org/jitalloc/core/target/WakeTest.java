package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BooleanSupplier;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Upcall;
import org.jitalloc.core.grace.GracePeriod;
import org.junit.jupiter.api.Test;

/**
 * What waits for a thread that is inside is done soon after it left, though nothing else happens.
 */
class WakeTest {

  /** The size of an allocation that fills a batch of the recycler, in bytes. */
  private static final long BYTES = 8 << 20;

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
    assertTrue(condition.getAsBoolean());
  }

  private static GracePeriod.Slot enteredByAnother(TargetMemory target)
      throws InterruptedException {
    var slot = new GracePeriod.Slot[1];
    Thread other = Thread.ofPlatform().start(() -> slot[0] = target.grace().enter());
    other.join();
    return slot[0];
  }

  @Test
  void fullBatch_thatHadToWait_isRecycled() throws InterruptedException {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      JitMemory memory =
          target.allocatorFor("test").allocate(AllocationRequest.of(ModMemType.DATA, BYTES));
      GracePeriod.Slot slot = enteredByAnother(target);
      memory.close();
      Thread.sleep(50);
      assertTrue(target.spans().reservedBytes() >= BYTES, "a thread may be inside");
      GracePeriod.exit(slot);
      // Less than the allocation: on some machines the core keeps code of its own in a slab.
      await(() -> target.spans().reservedBytes() < BYTES);
    }
  }

  private static void nothing() {}

  @Test
  void closedUpcall_thatHadToWait_goes() throws Exception {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      Upcall upcall =
          target.upcall(
              MethodHandles.lookup()
                  .findStatic(WakeTest.class, "nothing", MethodType.methodType(void.class)),
              FunctionDescriptor.ofVoid());
      GracePeriod.Slot slot = enteredByAnother(target);
      upcall.close();
      assertEquals(1, target.grace().waiting());
      GracePeriod.exit(slot);
      await(() -> target.grace().waiting() == 0);
    }
  }
}
