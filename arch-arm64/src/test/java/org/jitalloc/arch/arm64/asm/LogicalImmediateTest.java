package org.jitalloc.arch.arm64.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogicalImmediateTest {

  /** All constants that exist, made by the definition: elements of rotated runs of ones. */
  @Test
  void fields_everyConstantThatExists_isFoundOnce() {
    var values = new HashSet<Long>();
    var fields = new HashSet<Integer>();
    for (int size = 2; size <= 64; size *= 2) {
      for (int ones = 1; ones < size; ones++) {
        for (int rotation = 0; rotation < size; rotation++) {
          values.add(value(size, ones, rotation));
        }
      }
    }
    for (long value : values) {
      fields.add(LogicalImmediate.fields(Width.B8, value));
    }
    assertEquals(5334, values.size());
    assertEquals(5334, fields.size());
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      long value = random.nextLong();
      boolean found = LogicalImmediate.fields(Width.B8, value) != LogicalImmediate.NONE;
      assertEquals(values.contains(value), found);
    }
    assertEquals(LogicalImmediate.NONE, LogicalImmediate.fields(Width.B8, 0));
    assertEquals(LogicalImmediate.NONE, LogicalImmediate.fields(Width.B8, -1));
    assertEquals(LogicalImmediate.NONE, LogicalImmediate.fields(Width.B4, -1));
  }

  private static long value(int size, int ones, int rotation) {
    long value = 0;
    for (int bit = 0; bit < 64; bit++) {
      if (Math.floorMod(bit + rotation, size) < ones) {
        value |= 1L << bit;
      }
    }
    return value;
  }
}
