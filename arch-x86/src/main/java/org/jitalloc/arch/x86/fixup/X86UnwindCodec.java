package org.jitalloc.arch.x86.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.UnwindCodec;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.arch.support.fixup.Table;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** The kernel's ORC tables: addresses in one section, what is known of them in another. */
@Component(property = "jit.arch=amd64")
public final class X86UnwindCodec implements UnwindCodec {
  private static final String ADDRESSES = ".orc_unwind_ip";
  private static final String ENTRIES = ".orc_unwind";
  private static final int DISTANCE_BYTES = 4;

  private static final int FRAME_OFFSET = 2;
  private static final int FLAGS = 4;
  private static final int REGISTER_MASK = 15;

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public Optional<UnwindTable> sort(RelocatableObject object, PlacedObject placed) {
    Optional<Table> addresses = Table.find(ADDRESSES, object, placed, LITTLE_ENDIAN);
    Optional<Table> entries = Table.find(ENTRIES, object, placed, LITTLE_ENDIAN);
    if (addresses.isEmpty() && entries.isEmpty()) {
      return Optional.empty();
    }
    int count = addresses.map(table -> table.count(DISTANCE_BYTES)).orElse(0);
    int described = entries.map(table -> table.count(OrcTable.ENTRY_BYTES)).orElse(0);
    if (count != described) {
      throw new IllegalArgumentException(
          "%s has %d entries and %s has %d".formatted(ADDRESSES, count, ENTRIES, described));
    }
    return Optional.of(sort(addresses.orElseThrow(), entries.orElseThrow(), count));
  }

  private static OrcTable sort(Table addresses, Table entries, int count) {
    int[] order = order(addresses, entries, count);
    long[] sorted = new long[count];
    short[] stackOffsets = new short[count];
    short[] frameOffsets = new short[count];
    short[] flags = new short[count];
    for (int i = 0; i < count; i++) {
      int at = OrcTable.ENTRY_BYTES * order[i];
      sorted[i] = addresses.relative(DISTANCE_BYTES * order[i]);
      stackOffsets[i] = entries.shortAt(at);
      frameOffsets[i] = entries.shortAt(at + FRAME_OFFSET);
      flags[i] = entries.shortAt(at + FLAGS);
    }
    for (int i = 0; i < count; i++) {
      int at = OrcTable.ENTRY_BYTES * i;
      long place = addresses.address() + DISTANCE_BYTES * i;
      addresses.putInt(DISTANCE_BYTES * i, (int) (sorted[i] - place));
      entries.putShort(at, stackOffsets[i]);
      entries.putShort(at + FRAME_OFFSET, frameOffsets[i]);
      entries.putShort(at + FLAGS, flags[i]);
    }
    return new OrcTable(sorted, stackOffsets, frameOffsets, flags);
  }

  /**
   * The indexes of the entries by address. Of two entries for one address, the one that knows
   * nothing ends the code before it.
   */
  private static int[] order(Table addresses, Table entries, int count) {
    long first = -1;
    for (int i = 0; i < count; i++) {
      long address = addresses.relative(DISTANCE_BYTES * i);
      first = Long.compareUnsigned(address, first) < 0 ? address : first;
    }
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      long distance = addresses.relative(DISTANCE_BYTES * i) - first;
      if (distance < 0 || distance > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("%s: entry %d is out of reach".formatted(ADDRESSES, i));
      }
      keys[i] = (distance << 1 | (knows(entries, i) ? 1 : 0)) << Integer.SIZE - 1 | i;
    }
    Arrays.sort(keys);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = (int) keys[i] & Integer.MAX_VALUE;
    }
    return order;
  }

  private static boolean knows(Table entries, int i) {
    return (entries.shortAt(OrcTable.ENTRY_BYTES * i + FLAGS) & REGISTER_MASK) != 0;
  }
}
