package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TournamentTest {

  @Property
  void findsWhatALookAtAllPlacesFinds(
      @ForAll @IntRange(min = 1, max = 1000) int capacity,
      @ForAll @Size(max = 60) List<@IntRange(max = 999) Integer> places,
      @ForAll @Size(value = 60) List<@IntRange(max = 127) Integer> numbers,
      @ForAll @IntRange(min = 1, max = 127) int least,
      @ForAll @IntRange(max = 999) int from) {
    Tournament tournament = new Tournament(capacity);
    int[] model = new int[capacity];
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
    return Tournament.NONE;
  }
}
