package org.jitalloc.arch.support.fixup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;

/** The code sections of a module by address. */
public final class CodeRanges {
  private record Range(byte[] bytes, int start, long address, int length) {
    boolean holds(long from, int count) {
      return from - address >= 0 && from - address <= length - (long) count;
    }

    Range copy() {
      return new Range(Arrays.copyOfRange(bytes, start, start + length), 0, address, length);
    }

    int index(long at) {
      return start + (int) (at - address);
    }
  }

  private final List<Range> ranges;

  /**
   * Finds the code sections.
   *
   * @param object the module
   * @param placed the placed module
   */
  public CodeRanges(RelocatableObject object, PlacedObject placed) {
    ranges = new ArrayList<>();
    for (int i = 1; i < object.sectionCount(); i++) {
      if (object.isCode(i) && EntryTable.isPlaced(placed, i)) {
        ranges.add(
            new Range(placed.bytes(i), placed.offset(i), placed.address(i), placed.length(i)));
      }
    }
  }

  private CodeRanges(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** {@return a copy, which may be changed} */
  CodeRanges copy() {
    return new CodeRanges(ranges.stream().map(Range::copy).toList());
  }

  /** Overwrites code. */
  void put(long address, byte[] code) {
    for (Range range : ranges) {
      if (range.holds(address, code.length)) {
        System.arraycopy(code, 0, range.bytes, range.index(address), code.length);
        return;
      }
    }
    throw new IllegalArgumentException("no code is at 0x%x".formatted(address));
  }

  /**
   * Tests whether bytes are code.
   *
   * @param address the address of the first byte
   * @param count the number of bytes
   * @return whether all of them are in one code section
   */
  public boolean hold(long address, int count) {
    return ranges.stream().anyMatch(range -> range.holds(address, count));
  }

  /**
   * Reads code.
   *
   * @param address the address of the first byte
   * @param most the largest number of bytes
   * @return a copy, shorter if the section ends before; empty if the address is not in code
   */
  public Optional<byte[]> bytes(long address, int most) {
    for (Range range : ranges) {
      if (range.holds(address, 1)) {
        int from = range.index(address);
        int count = (int) Math.min(most, range.address + range.length - address);
        return Optional.of(Arrays.copyOfRange(range.bytes, from, from + count));
      }
    }
    return Optional.empty();
  }
}
