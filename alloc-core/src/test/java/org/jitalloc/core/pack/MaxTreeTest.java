package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

class MaxTreeTest {

  @Seeded
  void findsWhatALookAtAllPlacesFinds(RandomValues values) {
    int capacity = values.intIn(1, 1000);
    List<Integer> places = values.list(0, 60, () -> values.intIn(0, 999));
    List<Integer> numbers = values.list(60, 60, () -> values.intIn(0, 127));
    int least = values.intIn(1, 127);
    int from = values.intIn(0, 999);
    var tournament = new MaxTree(capacity);
    var model = new int[capacity];
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i) % capacity;
      tournament.set(place, numbers.get(i));
      model[place] = numbers.get(i);
      assertEquals(first(model, least, from), tournament.first(least, from));
      assertEquals(model[place], tournament.get(place));
    }
  }

  private static int first(int[] numbers, int least, int from) {
    for (int place = from; place < numbers.length; place++) {
      if (numbers[place] >= least) {
        return place;
      }
    }
    return MaxTree.NONE;
  }
}
