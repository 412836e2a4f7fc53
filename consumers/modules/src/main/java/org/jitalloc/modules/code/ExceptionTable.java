package org.jitalloc.modules.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.ElfObject;

/**
 * The section {@code __ex_table}: instructions that may fault, and where execution goes on then.
 * Immutable.
 *
 * <p>An entry is the same on all three architectures (struct exception_table_entry): the distances
 * of the instruction and of where to go on, each from where it stands, and four bytes that say what
 * else is to be done.
 */
final class ExceptionTable {
  private static final String SECTION = "__ex_table";
  private static final int ENTRY_BYTES = 12;
  private static final int FIXUP = 4;
  private static final int REST = 8;

  private static final ExceptionTable EMPTY = new ExceptionTable(new long[0], new long[0]);

  private final long[] instructions;
  private final long[] fixups;

  private ExceptionTable(long[] instructions, long[] fixups) {
    this.instructions = instructions;
    this.fixups = fixups;
  }

  /** Sorts the table of a module in place, as the kernel does, and reads it. */
  static ExceptionTable sort(ElfObject object, PlacedObject placed, ByteOrder order) {
    int section = object.findSection(SECTION);
    if (section < 0 || placed.address(section) == 0) {
      return EMPTY;
    }
    int length = placed.length(section);
    if (length % ENTRY_BYTES != 0) {
      throw new ModuleException(
          Reason.MALFORMED,
          "%s: %d bytes are no whole entries of %d".formatted(SECTION, length, ENTRY_BYTES));
    }
    ByteBuffer table =
        ByteBuffer.wrap(placed.bytes(section), placed.offset(section), length).slice().order(order);
    return sort(table, placed.address(section));
  }

  private record Entry(long instruction, long fixup, int rest) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return Long.compareUnsigned(instruction, other.instruction);
    }
  }

  private static ExceptionTable sort(ByteBuffer table, long address) {
    var entries = new Entry[table.limit() / ENTRY_BYTES];
    for (int i = 0; i < entries.length; i++) {
      int at = ENTRY_BYTES * i;
      entries[i] =
          new Entry(
              address + at + table.getInt(at),
              address + at + FIXUP + table.getInt(at + FIXUP),
              table.getInt(at + REST));
    }
    Arrays.sort(entries);
    for (int i = 0; i < entries.length; i++) {
      int at = ENTRY_BYTES * i;
      table.putInt(at, distance(entries[i].instruction, address + at));
      table.putInt(at + FIXUP, distance(entries[i].fixup, address + at + FIXUP));
      table.putInt(at + REST, entries[i].rest);
    }
    return new ExceptionTable(
        Arrays.stream(entries).mapToLong(Entry::instruction).toArray(),
        Arrays.stream(entries).mapToLong(Entry::fixup).toArray());
  }

  private static int distance(long target, long place) {
    long distance = target - place;
    if (distance != (int) distance) {
      throw new ModuleException(
          Reason.MALFORMED, "%s: 0x%x is out of reach when sorted".formatted(SECTION, target));
    }
    return (int) distance;
  }

  /** {@return where execution goes on if the instruction at an address faults} */
  OptionalLong fixup(long address) {
    int low = 0;
    int high = instructions.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int compared = Long.compareUnsigned(instructions[middle], address);
      if (compared == 0) {
        return OptionalLong.of(fixups[middle]);
      }
      if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return OptionalLong.empty();
  }
}
