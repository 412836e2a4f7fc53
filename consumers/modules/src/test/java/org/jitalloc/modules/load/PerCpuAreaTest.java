package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class PerCpuAreaTest {
  @Test
  void gaps_areUsedAgain_andNothingOverlaps() {
    var area = new PerCpuArea(0x1000);
    assertEquals(0x1000, area.allocate(8, 8));
    assertEquals(0x1008, area.allocate(8, 8));
    assertEquals(0x1010, area.allocate(0, 8), "even what is empty has a place of its own");
    assertEquals(0x1018, area.allocate(1, 8));
    area.free(0x1008);
    assertEquals(0x1020, area.allocate(9, 8));
    assertEquals(0x1008, area.allocate(8, 8));
  }
}
