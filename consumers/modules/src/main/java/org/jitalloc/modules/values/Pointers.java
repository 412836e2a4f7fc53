package org.jitalloc.modules.values;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.elf.RelocationEntries;

/**
 * What the pointers in a relocated module point to: places in it by their addresses, and symbols by
 * the relocations. Both are sorted when the first is asked for, so that a hostile file cannot make
 * each question a walk over all of it. For one thread.
 */
final class Pointers {
  private final ElfObject object;
  private final PlacedObject placed;
  private final TreeMap<Long, Integer> sections = new TreeMap<>(Long::compareUnsigned);

  /** By section: a place in the upper half, a symbol in the lower, sorted. */
  private final Map<Integer, long[]> targets = new HashMap<>();

  /** A place in a section. */
  record Place(int section, int offset) {

    Place plus(int bytes) {
      return new Place(section, offset + bytes);
    }
  }

  Pointers(ElfObject object, PlacedObject placed) {
    this.object = object;
    this.placed = placed;
  }

  /** Where an address is in the module. */
  Optional<Place> place(long address) {
    if (sections.isEmpty()) {
      findSections();
    }
    var entry = sections.floorEntry(address);
    if (entry == null) {
      return Optional.empty();
    }
    long offset = address - entry.getKey();
    return Long.compareUnsigned(offset, placed.length(entry.getValue())) < 0
        ? Optional.of(new Place(entry.getValue(), (int) offset))
        : Optional.empty();
  }

  private void findSections() {
    for (int i = 1; i < object.sectionCount(); i++) {
      if (placed.address(i) != 0 && placed.length(i) > 0) {
        sections.putIfAbsent(placed.address(i), i);
      }
    }
  }

  /** The symbol that a pointer was relocated to; nothing if it was not. */
  String symbolAt(Place pointer) {
    long[] sorted = targets.computeIfAbsent(pointer.section(), this::targets);
    int next = Arrays.binarySearch(sorted, key(pointer.offset() + 1, 0));
    int last = (next < 0 ? -next - 1 : next) - 1;
    if (last < 0 || sorted[last] >>> Integer.SIZE != pointer.offset()) {
      return "";
    }
    int symbol = (int) sorted[last];
    return symbol > 0 && symbol < object.symbolCount() ? object.symbolName(symbol) : "";
  }

  private long[] targets(int section) {
    var tables = object.relocationsOf(section);
    var keys = new long[tables.stream().mapToInt(RelocationEntries::count).sum()];
    int count = 0;
    for (RelocationEntries entries : tables) {
      for (int i = 0; i < entries.count(); i++) {
        // It was applied, so it is in a section, which is no longer than an int can tell.
        keys[count++] = key((int) entries.offset(i), entries.symbol(i));
      }
    }
    Arrays.sort(keys);
    return keys;
  }

  private static long key(int offset, int symbol) {
    return (long) offset << Integer.SIZE | Integer.toUnsignedLong(symbol);
  }
}
