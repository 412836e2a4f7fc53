package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan.Trap;

/** The records of a trap handler's table, which it searches by halves. Not thread-safe. */
final class TrapRecords {
  /*
   * Records stand in ascending order of address, and one may stand there several times: a search by
   * halves finds any of them, and all but one are room for records to come. So one record comes or
   * goes without all behind it being moved: who comes takes the nearest room, who goes leaves its
   * own to the neighbour. If there is no room within `reach` of where a record belongs, or one that
   * goes or changes stands there more often than that, all is written anew, with room behind each
   * GAP records. A batch that is not small against what is there is merged in one go.
   * Cost: with n records a batch of many moves n of them, and a single one O(sqrt n) on the average
   * over its history, however it is chosen: what is moved at most is `reach`, twice the root of n,
   * and writing anew, which moves n, comes once in a part of as many steps.
   */
  private static final int GAP = 4;

  /** A batch is merged if it has more than this, and so does its part of all. */
  private static final int MANY = 8;

  private static final int LEAST_REACH = 64;

  private final MemorySegment table;
  private final int recordBytes;
  private final int words;
  private final int mostSlots;

  /** How many records there are, with those that stand for room. */
  private int slots;

  private int live;

  /** The most slots that were in use at once. */
  private int mostUsed;

  /** How many records were written or moved ever. */
  private long moved;

  /**
   * Makes it, without records.
   *
   * @param table the memory of the records alone
   * @param recordBytes the length of each, a multiple of 8
   */
  TrapRecords(MemorySegment table, int recordBytes) {
    this.table = table;
    this.recordBytes = recordBytes;
    words = recordBytes / Long.BYTES;
    mostSlots = (int) Math.min(Integer.MAX_VALUE, table.byteSize() / recordBytes);
  }

  /** How many records the search has to look at. */
  int slots() {
    return slots;
  }

  /** How many different ones there are. */
  int live() {
    return live;
  }

  /** The length of the part of the table that was ever in use, in bytes. */
  long usedBytes() {
    return (long) mostUsed * recordBytes;
  }

  long moved() {
    return moved;
  }

  /**
   * Refuses what there is no room for.
   *
   * @param more how many records may come
   */
  void require(int more) {
    // All written anew have room behind each GAP, and one may come at the end.
    long most = (long) mostSlots * GAP / (GAP + 1) - 1;
    if (live + (long) more > most) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "too many places in one batch: %d beside %d, at most %d".formatted(more, live, most));
    }
  }

  /** Adds records; one for an address that has one takes its place. */
  void put(Collection<Trap> traps) {
    if (isMany(traps.size())) {
      merge(traps);
    } else {
      traps.forEach(this::put);
    }
  }

  /** Takes records away, where there are some. */
  void remove(Collection<Long> addresses) {
    if (isMany(addresses.size())) {
      Set<Long> gone = new HashSet<>(addresses);
      write(distinct(address -> !gone.contains(address)));
    } else {
      addresses.forEach(this::remove);
    }
  }

  private boolean isMany(int batch) {
    return batch > MANY && (long) batch * MANY > slots;
  }

  private long address(int slot) {
    return table.get(JAVA_LONG, (long) slot * recordBytes);
  }

  /** The first slot whose address is not below one. */
  private int slot(long address) {
    int low = 0;
    int high = slots;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (address(middle) < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first slot behind all that are of one address. */
  private int end(int slot) {
    int end = slot;
    while (end < slots && address(end) == address(slot)) {
      end++;
    }
    return end;
  }

  private int reach() {
    return Math.max(LEAST_REACH, 2 * (int) Math.sqrt(slots));
  }

  private void put(Trap trap) {
    int slot = slot(trap.address());
    if (slot < slots && address(slot) == trap.address()) {
      replace(slot, trap);
      return;
    }
    set(makeRoom(trap.address()), trap);
    live++;
  }

  private void replace(int slot, Trap trap) {
    int end = end(slot);
    if (end - slot > reach()) {
      write(distinct(_ -> true));
      replace(slot(trap.address()), trap);
      return;
    }
    for (int i = slot; i < end; i++) {
      set(i, trap);
    }
  }

  private void set(int slot, Trap trap) {
    long at = (long) slot * recordBytes;
    table.set(JAVA_LONG, at, trap.address());
    MemorySegment.copy(
        trap.record(), 0, table, JAVA_BYTE, at + Long.BYTES, recordBytes - Long.BYTES);
    moved++;
  }

  /** A slot that is nobody's, where the order has the address. */
  private int makeRoom(long address) {
    int slot = slot(address);
    int reach = reach();
    for (int away = 1; away <= reach; away++) {
      int right = slot + away - 1;
      if (right == slots && slots < mostSlots) {
        move(slot, slot + 1, slots - slot);
        slots++;
        mostUsed = Math.max(mostUsed, slots);
        return slot;
      }
      if (right > slot && right < slots && address(right) == address(right - 1)) {
        move(slot, slot + 1, right - slot);
        return slot;
      }
      int left = slot - away;
      if (left > 0 && address(left) == address(left - 1)) {
        move(left + 1, left, slot - left - 1);
        return slot - 1;
      }
    }
    write(distinct(_ -> true));
    return makeRoom(address);
  }

  private void move(int from, int to, int count) {
    MemorySegment.copy(
        table,
        (long) from * recordBytes,
        table,
        (long) to * recordBytes,
        (long) count * recordBytes);
    moved += count;
  }

  private void remove(long address) {
    int slot = slot(address);
    if (slot == slots || address(slot) != address) {
      return;
    }
    int end = end(slot);
    if (end - slot > reach()) {
      write(distinct(other -> other != address));
      return;
    }
    if (end == slots) {
      slots = slot;
    } else {
      for (int i = slot; i < end; i++) {
        move(slot > 0 ? slot - 1 : end, i, 1);
      }
    }
    live--;
  }

  private void merge(Collection<Trap> traps) {
    Set<Long> coming = new HashSet<>();
    traps.forEach(trap -> coming.add(trap.address()));
    List<Record> all = distinct(address -> !coming.contains(address));
    traps.forEach(trap -> all.add(new Record(trap.address(), words(trap))));
    all.sort(Comparator.comparingLong(Record::address));
    write(all);
  }

  /** A record outside of the table. */
  private record Record(long address, long[] words) {}

  private long[] words(Trap trap) {
    var copy = new long[words];
    MemorySegment.copy(
        trap.record(),
        0,
        MemorySegment.ofArray(copy),
        JAVA_BYTE,
        Long.BYTES,
        recordBytes - Long.BYTES);
    copy[0] = trap.address();
    return copy;
  }

  private List<Record> distinct(LongPredicate kept) {
    List<Record> all = new ArrayList<>(live);
    for (int slot = 0; slot < slots; slot = end(slot)) {
      if (!kept.test(address(slot))) {
        continue;
      }
      var copy = new long[words];
      MemorySegment.copy(table, JAVA_LONG, (long) slot * recordBytes, copy, 0, words);
      all.add(new Record(copy[0], copy));
    }
    return all;
  }

  /** Writes all anew, with room behind some of them. */
  private void write(List<Record> all) {
    slots = 0;
    live = all.size();
    for (int i = 0; i < live; i++) {
      append(all.get(i));
      if (i % GAP == GAP - 1) {
        append(all.get(i));
      }
    }
  }

  private void append(Record next) {
    MemorySegment.copy(next.words(), 0, table, JAVA_LONG, (long) slots * recordBytes, words);
    slots++;
    mostUsed = Math.max(mostUsed, slots);
    moved++;
  }
}
