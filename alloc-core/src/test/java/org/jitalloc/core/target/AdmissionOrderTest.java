package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.core.host.ProcessMappings;
import org.jitalloc.core.policy.Constraints;
import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.RequestSelector;
import org.jitalloc.core.policy.Rule;
import org.junit.jupiter.api.Test;

/**
 * A request that is denied is refused before memory is taken for it. The sizes fit the module
 * window of arm64, 128 MiB.
 */
class AdmissionOrderTest {

  private static final long MIB = 1 << 20;

  @Test
  void request_thatIsDenied_takesNoMemory() throws IOException {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      var rule =
          new Rule("limit", RequestSelector.ALL, Constraints.NONE, new Limits(80 * MIB, 0, false));
      target.rulebook().use(new Policy(List.of(rule)));
      OwnerAllocator allocator = target.allocatorFor("test");
      try (JitMemory held = allocator.allocate(ModMemType.TEXT, 10 * MIB)) {
        assertEquals(10 * MIB, held.span().bytes());
        long before = ProcessMappings.peakResidentBytes();
        refused(Reason.DENIED, allocator, 75 * MIB);
        OwnerAllocator gone = target.allocatorFor("gone");
        gone.close();
        // Whoever is gone is refused, whatever limit comes first.
        assertThrows(
            JitAllocException.class,
            () -> gone.allocate(AllocationRequest.of(ModMemType.TEXT, 60 * MIB)));
        long grown = ProcessMappings.peakResidentBytes() - before;
        assertTrue(grown < 50 * MIB, () -> "the peak has grown by " + grown);
      }
    }
  }

  private static void refused(Reason reason, OwnerAllocator allocator, long bytes) {
    AllocationRequest request = AllocationRequest.of(ModMemType.TEXT, bytes);
    JitAllocException refusal =
        assertThrows(JitAllocException.class, () -> allocator.allocate(request));
    assertEquals(reason, refusal.reason(), refusal::toString);
  }

  /** A long allocation has pages of its own, which go back to the system with what they hold. */
  @Test
  void free_ofPagesOfItsOwn_doesNotTouchThem() throws IOException {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      JitMemory untouched =
          target.allocatorFor("test").allocate(AllocationRequest.of(ModMemType.DATA, 100 * MIB));
      long before = ProcessMappings.peakResidentBytes();
      untouched.close();
      assertEquals(0, target.allocatorFor("other").stats().pendingBytes());
      long grown = ProcessMappings.peakResidentBytes() - before;
      assertTrue(grown < 50 * MIB, () -> "the peak has grown by " + grown);
    }
  }

  /** Many short spans come and go: nothing stays mapped for them when all is quiet. */
  @Test
  void free_ofManyShortSpans_keepsNoSlabForThem() throws InterruptedException {
    try (TargetMemory target = GivenBackTest.open("auto")) {
      OwnerAllocator allocator = target.allocatorFor("test");
      var random = new java.util.Random(1);
      List<JitMemory> all = new java.util.ArrayList<>();
      for (int i = 0; i < 100_000; i++) {
        all.add(allocator.allocate(ModMemType.DATA, 64L * (1 + random.nextInt(32))));
      }
      java.util.Collections.shuffle(all, random);
      all.forEach(JitMemory::close);
      long deadline = System.nanoTime() + 30_000_000_000L;
      while (target.spans().reservedBytes() > 16 * MIB && System.nanoTime() < deadline) {
        Thread.sleep(100);
      }
      assertTrue(target.spans().reservedBytes() <= 16 * MIB, "slabs stay that no block uses");
    }
  }
}
