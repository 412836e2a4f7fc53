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

/**
 * The records in the table of a trap handler, which finds a record with a binary search. Not
 * thread-safe.
 */
final class TrapRecords {
  /*
   * The table is sorted by address. Adjacent slots may contain copies of the same record: a binary
   * search finds any of them, and the additional copies are the gaps of a packed memory array
   * (Itai, Konheim, Rodeh 1981). An insertion moves only the records between its position and the
   * nearest gap. A removal turns the slots of the record into copies of its neighbour. The table is
   * rewritten, with a gap after each GAP records, if there is no gap within `reach` slots of the
   * position, or if a record that is removed or replaced has more than `reach` copies. A batch that
   * is large in relation to the table is merged in one pass.
   * Cost: with n records, a large batch moves n records. A single insertion or removal moves
   * O(sqrt n) records amortised, for each order of addresses: without a rewrite it moves at most
   * `reach`, which is 2 sqrt n, and a rewrite, which moves n, follows a number of operations that
   * is proportional to sqrt n.
   */
  private static final int GAP = 4;

  /**
   * A batch is merged if it has more than this number of records, and is more than 1/MANY of all.
   */
  private static final int MANY = 8;

  private static final int MIN_REACH = 64;

  private final MemorySegment table;
  private final int recordBytes;
  private final int words;
  private final int maxSlots;

  /** The number of slots in use, with copies. */
  private int slots;

  /** The number of different records. */
  private int live;

  /** The maximum of {@link #slots} so far. */
  private int peakSlots;

  /** The number of records that were written or moved so far. */
  private long moved;

  /**
   * Creates an empty table.
   *
   * @param table the memory for the records
   * @param recordBytes the length of a record, a multiple of 8
   */
  TrapRecords(MemorySegment table, int recordBytes) {
    this.table = table;
    this.recordBytes = recordBytes;
    words = recordBytes / Long.BYTES;
    maxSlots = (int) Math.min(Integer.MAX_VALUE, table.byteSize() / recordBytes);
  }

  /** {@return the number of slots that the search covers} */
  int slots() {
    return slots;
  }

  /** {@return the number of different records} */
  int live() {
    return live;
  }

  /** {@return the length of the part of the table that has been in use, in bytes} */
  long usedBytes() {
    return (long) peakSlots * recordBytes;
  }

  /** {@return the number of records that were written or moved so far} */
  long moved() {
    return moved;
  }

  /**
   * Checks that there is space for additional records.
   *
   * @param more the maximum number of additional records
   * @throws JitAllocException UNSUPPORTED if there is not
   */
  void require(int more) {
    // A rewrite adds a gap after each GAP records, and an insertion may append one record.
    long max = (long) maxSlots * GAP / (GAP + 1) - 1;
    if (live + (long) more > max) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "too many trap records: %d in addition to %d, at most %d".formatted(more, live, max));
    }
  }

  /** Changes records. */
  void apply(TrapSignal.Change change) {
    remove(change.removed());
    put(change.added());
  }

  /** Becomes a copy of other records. */
  void copyFrom(TrapRecords other) {
    long bytes = (long) other.slots * recordBytes;
    MemorySegment.copy(other.table, 0, table, 0, bytes);
    slots = other.slots;
    live = other.live;
    peakSlots = Math.max(peakSlots, slots);
    moved += slots;
  }

  /** Adds records. A record replaces an existing record of the same address. */
  void put(Collection<Trap> traps) {
    if (isMany(traps.size())) {
      merge(traps);
    } else {
      traps.forEach(this::put);
    }
  }

  /** Removes the records of addresses; ignores addresses without a record. */
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

  /** {@return the first slot whose address is at least the given one} */
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

  /** {@return the first slot after all copies of a record} */
  private int end(int slot) {
    int end = slot;
    while (end < slots && address(end) == address(slot)) {
      end++;
    }
    return end;
  }

  private int reach() {
    return Math.max(MIN_REACH, 2 * (int) Math.sqrt(slots));
  }

  private void put(Trap trap) {
    int slot = slot(trap.address());
    if (slot < slots && address(slot) == trap.address()) {
      replace(slot, trap);
      return;
    }
    set(makeGap(trap.address()), trap);
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

  /** Moves records to the nearest gap; {@return the free slot at the position of an address} */
  private int makeGap(long address) {
    int slot = slot(address);
    int reach = reach();
    for (int distance = 1; distance <= reach; distance++) {
      int right = slot + distance - 1;
      if (right == slots && slots < maxSlots) {
        move(slot, slot + 1, slots - slot);
        slots++;
        peakSlots = Math.max(peakSlots, slots);
        return slot;
      }
      if (right > slot && right < slots && address(right) == address(right - 1)) {
        move(slot, slot + 1, right - slot);
        return slot;
      }
      int left = slot - distance;
      if (left > 0 && address(left) == address(left - 1)) {
        move(left + 1, left, slot - left - 1);
        return slot - 1;
      }
    }
    write(distinct(_ -> true));
    return makeGap(address);
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
    Set<Long> replaced = new HashSet<>();
    traps.forEach(trap -> replaced.add(trap.address()));
    List<Record> all = distinct(address -> !replaced.contains(address));
    traps.forEach(trap -> all.add(new Record(trap.address(), words(trap))));
    all.sort(Comparator.comparingLong(Record::address));
    write(all);
  }

  /** A copy of a record outside the table. */
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

  /** Replaces the table, with a gap after each GAP records. */
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
    peakSlots = Math.max(peakSlots, slots);
    moved++;
  }
}
