package org.jitalloc.arch.support.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SymbolSlotsTest {
  @Test
  void aSymbol_hasOneSlot_thatIsFilledOnce() {
    var slots = new SymbolSlots(10);
    assertEquals(0, slots.count());
    slots.want(7);
    slots.want(2);
    slots.want(7);
    slots.want(0);
    assertEquals(3, slots.count());
    assertEquals(0, slots.slot(7));
    assertEquals(1, slots.slot(2));
    assertEquals(2, slots.slot(0));
    assertTrue(slots.fill(slots.slot(2)));
    assertFalse(slots.fill(slots.slot(2)));
    assertTrue(slots.fill(slots.slot(7)));
    Map<Integer, Integer> filled = new TreeMap<>();
    slots.forEachFilled(filled::put);
    assertEquals(Map.of(2, 1, 7, 0), filled);
  }
}
