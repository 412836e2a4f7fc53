package org.jitalloc.arch.support.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TargetSlotsTest {
  private record Target(int symbol, long addend) {}

  @Test
  void slots_areNumberedAsTheyAreAskedFor_oneForEachTarget() {
    var random = new Random(7);
    var slots = new TargetSlots();
    Map<Target, Integer> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      var target = new Target(random.nextInt(500), random.nextInt(6) * (1L << random.nextInt(40)));
      int known = model.getOrDefault(target, TargetSlots.NONE);
      assertEquals(known, slots.find(target.symbol(), target.addend()));
      if (random.nextBoolean()) {
        int slot = slots.findOrAdd(target.symbol(), target.addend());
        model.putIfAbsent(target, model.size());
        assertEquals(model.get(target), slot);
      }
      assertEquals(model.size(), slots.count());
    }
    Map<Target, Integer> seen = new HashMap<>();
    slots.forEach((symbol, addend, slot) -> seen.put(new Target(symbol, addend), slot));
    assertEquals(model, seen);
  }
}
