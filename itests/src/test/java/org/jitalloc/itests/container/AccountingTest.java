package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Set;
import org.jitalloc.Allocation;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;

/** Allocations are accounted to the bundle that makes them, and freed when it stops. */
@InContainer
final class AccountingTest {

  @Test
  void bundle_stoppedWithoutFreeing_leaksNothing() throws Exception {
    JitAllocator watching = Inside.service(JitAllocator.class, Inside.HOST);
    AllocatorStats before = watching.stats();
    Set<Allocation> allocationsBefore = Set.copyOf(watching.allocations());

    Bundle consumer = Inside.newBundle("forgetful");
    JitAllocator allocator = allocatorOf(consumer);
    var memories = new ArrayList<JitMemory>();
    for (ModMemType type : ModMemType.values()) {
      memories.add(allocator.allocate(type, 100).publish());
      memories.add(allocator.allocate(type, 5000));
    }
    long address = memories.getFirst().address();
    Allocation found = watching.find(address);
    assertNotNull(found);
    assertEquals("forgetful", found.owner());
    assertEquals(before.live() + memories.size(), watching.stats().live());

    consumer.stop();

    assertEquals(before.usedBytes(), watching.stats().usedBytes());
    assertEquals(before.live(), watching.stats().live());
    assertEquals(allocationsBefore, Set.copyOf(watching.allocations()));
    assertNull(watching.find(address));
    for (JitMemory memory : memories) {
      assertEquals(JitMemory.State.FREED, memory.state());
    }
  }

  @Test
  void bundle_stopped_leavesOthersAlone() throws Exception {
    Bundle first = Inside.newBundle("first");
    Bundle second = Inside.newBundle("second");
    JitMemory gone = allocatorOf(first).allocate(ModMemType.TEXT, 64).publish();
    try (JitMemory stays = allocatorOf(second).allocate(ModMemType.TEXT, 64).publish()) {
      first.stop();
      assertEquals(JitMemory.State.FREED, gone.state());
      assertEquals(JitMemory.State.LIVE, stays.state());
    }
  }

  @Test
  void allocator_keptByStoppedBundle_refuses() throws Exception {
    Bundle consumer = Inside.newBundle("late");
    JitAllocator allocator = allocatorOf(consumer);
    consumer.stop();
    var thrown =
        assertThrows(JitAllocException.class, () -> allocator.allocate(ModMemType.TEXT, 64));
    assertTrue(thrown.getMessage().contains("late"), thrown.getMessage());
  }

  private static JitAllocator allocatorOf(Bundle bundle) throws Exception {
    var context = bundle.getBundleContext();
    var reference = context.getServiceReferences(JitAllocator.class, Inside.HOST).iterator().next();
    return context.getService(reference);
  }
}
