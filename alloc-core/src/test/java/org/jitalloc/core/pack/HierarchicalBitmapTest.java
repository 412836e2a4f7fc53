package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeSet;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

class HierarchicalBitmapTest {
  @Seeded(tries = 300)
  void anyChanges_agreeWithTreeSet(RandomValues values) {
    int capacity = values.intIn(1, 300_000);
    List<Integer> numbers = values.list(0, 200, () -> values.intIn(0, 999_999));
    var bits = new HierarchicalBitmap(capacity);
    var model = new TreeSet<Integer>();
    for (int number : numbers) {
      int index = number % capacity;
      if (model.remove(index)) {
        bits.clear(index);
      } else {
        model.add(index);
        bits.set(index);
      }
      for (int at : new int[] {0, index - 1, index, index + 1, capacity - 1, number / 3}) {
        if (at >= 0 && at < capacity) {
          assertEquals(model.contains(at), bits.get(at));
          Integer next = model.ceiling(at);
          Integer previous = model.floor(at);
          assertEquals(next == null ? HierarchicalBitmap.NONE : next, bits.next(at));
          assertEquals(previous == null ? HierarchicalBitmap.NONE : previous, bits.previous(at));
        }
      }
      assertEquals(HierarchicalBitmap.NONE, bits.next(capacity));
      assertEquals(HierarchicalBitmap.NONE, bits.previous(-1));
    }
  }

  @Seeded
  void sizeClasses_anyLength_bracketIt(RandomValues values) {
    int chunks = values.intIn(1, 32768);
    int least = SizeClass.allAtLeast(chunks);
    assertEquals(true, least == SizeClass.of(chunks) || least == SizeClass.of(chunks) + 1);
    for (int length = Math.max(1, chunks - 40); length < chunks; length++) {
      assertEquals(true, SizeClass.of(length) < least, "a shorter block in the class");
      assertEquals(true, SizeClass.of(length) <= SizeClass.of(chunks));
    }
  }
}
