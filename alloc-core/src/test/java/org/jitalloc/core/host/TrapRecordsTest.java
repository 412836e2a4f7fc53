package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

/** Compares the binary search of a handler with a map: it finds each record, and no others. */
class TrapRecordsTest {
  private static final int RECORD_BYTES = 32;
  private static final int MANY = 10_000;

  private final MemorySegment table = MemorySegment.ofArray(new long[4 * 4 * MANY]);
  private final TrapRecords records = new TrapRecords(table, RECORD_BYTES);
  private final TreeMap<Long, Long> model = new TreeMap<>();

  private static Trap trap(long address, long value) {
    var rest = new byte[RECORD_BYTES - Long.BYTES];
    ByteBuffer.wrap(rest).order(ByteOrder.nativeOrder()).putLong(Long.BYTES, value);
    return new Trap(address, rest);
  }

  /** Searches as the machine code does: any copy of a record is a match. */
  private long search(long address) {
    long low = 0;
    long high = records.slots();
    while (low < high) {
      long middle = (low + high) >>> 1;
      long found = table.get(JAVA_LONG, middle * RECORD_BYTES);
      if (found == address) {
        return table.get(JAVA_LONG, middle * RECORD_BYTES + 2 * Long.BYTES);
      }
      if (address < found) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  private void check() {
    assertEquals(model.size(), records.live());
    model.forEach((address, value) -> assertEquals(value, search(address)));
    long before = 0;
    for (long slot = 0; slot < records.slots(); slot++) {
      long address = table.get(JAVA_LONG, slot * RECORD_BYTES);
      assertTrue(address >= before && model.containsKey(address), "at " + slot);
      before = address;
    }
  }

  private void put(List<Long> addresses, long value) {
    records.put(addresses.stream().map(address -> trap(address, value)).toList());
    addresses.forEach(address -> model.put(address, value));
  }

  private void remove(List<Long> addresses) {
    records.remove(addresses);
    addresses.forEach(model::remove);
  }

  @Seeded(tries = 100)
  void randomOperations_agreeWithTheModel(RandomValues values) {
    remove(new ArrayList<>(model.keySet()));
    var random = new Random(values.anyLong());
    int span = 1 + random.nextInt(2000);
    for (int step = 0; step < 300; step++) {
      int count = random.nextInt(4) == 0 ? 1 + random.nextInt(200) : 1;
      long from = 1L + random.nextInt(span);
      List<Long> some = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        some.add(from + (long) i * (1 + span / 100));
      }
      if (random.nextInt(5) < 3) {
        put(some, step);
      } else {
        remove(some);
      }
      if (step % 10 == 0) {
        check();
      }
    }
    check();
  }

  private long movedBy(List<Long> order) {
    long before = records.moved();
    order.forEach(address -> put(List.of(address), 1));
    order.forEach(address -> put(List.of(address), 2));
    check();
    order.forEach(address -> remove(List.of(address)));
    assertEquals(0, records.live());
    return records.moved() - before;
  }

  private void assertMovedLessThan(long most, List<Long> order) {
    long moved = movedBy(order);
    assertTrue(moved < most, moved + " records moved, at most " + most);
  }

  /** Moving all following records at each insertion would move at least 50,000,000 records. */
  @Test
  void singleInsertionsAndRemovals_areNotQuadratic() {
    List<Long> order = new ArrayList<>();
    for (long i = 1; i <= MANY; i++) {
      order.add(i * 16);
    }
    long most = 10L * MANY * (long) Math.sqrt(MANY);
    assertMovedLessThan(most, order);
    Collections.reverse(order);
    assertMovedLessThan(most, order);
    Collections.shuffle(order, new Random(3));
    assertMovedLessThan(most, order);
  }

  @Test
  void require_moreThanTheCapacity_isRefused() {
    var failure = assertThrows(JitAllocException.class, () -> records.require(4 * MANY));
    assertEquals(JitAllocException.Reason.UNSUPPORTED, failure.reason());
    records.require(3 * MANY);
  }
}
