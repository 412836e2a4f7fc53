package org.jitalloc.modules.code;

import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.modules.elf.ElfObject;

/** The code of a module by address, before it is in memory. */
final class CodeBytes {
  private final PlacedObject placed;

  /** Sections with code by address. */
  private final TreeMap<Long, Integer> sections = new TreeMap<>(Long::compareUnsigned);

  CodeBytes(ElfObject object, PlacedObject placed) {
    this.placed = placed;
    for (int i = 1; i < object.sectionCount(); i++) {
      if (object.isCode(i) && placed.length(i) > 0 && placed.address(i) != 0) {
        sections.put(placed.address(i), i);
      }
    }
  }

  void write(long address, byte[] bytes) {
    int section = section(address, bytes.length);
    System.arraycopy(bytes, 0, placed.bytes(section), index(section, address), bytes.length);
  }

  private int index(int section, long address) {
    return placed.offset(section) + (int) (address - placed.address(section));
  }

  private int section(long address, int count) {
    Map.Entry<Long, Integer> below = sections.floorEntry(address);
    if (below == null || address - below.getKey() > placed.length(below.getValue()) - count) {
      throw new IllegalArgumentException("no code of %d bytes at 0x%x".formatted(count, address));
    }
    return below.getValue();
  }
}
