package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class BitsTest {
  @Property(tries = 300)
  void anyChanges_agreeWithTreeSet(
      @ForAll @IntRange(min = 1, max = 300_000) int capacity,
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 999_999) Integer> numbers) {
    var bits = new Bits(capacity);
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
          assertEquals(next == null ? Bits.NONE : next, bits.next(at));
          assertEquals(previous == null ? Bits.NONE : previous, bits.previous(at));
        }
      }
      assertEquals(Bits.NONE, bits.next(capacity));
      assertEquals(Bits.NONE, bits.previous(-1));
    }
  }

  @Property
  void sizeClasses_anyLength_bracketIt(@ForAll @IntRange(min = 1, max = 32768) int chunks) {
    int least = SizeClass.allAtLeast(chunks);
    assertEquals(true, least == SizeClass.of(chunks) || least == SizeClass.of(chunks) + 1);
    for (int length = Math.max(1, chunks - 40); length < chunks; length++) {
      assertEquals(true, SizeClass.of(length) < least, "a shorter block in the class");
      assertEquals(true, SizeClass.of(length) <= SizeClass.of(chunks));
    }
  }
}
