package org.jitalloc.arch.x86.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.UnwindCodec;
import org.jitalloc.arch.elf.UnwindTable;
import org.jitalloc.arch.support.fixup.EntryTable;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** The kernel's ORC tables: addresses in one section, unwind entries in another. */
@Component(property = "jit.arch=amd64")
public final class X86UnwindCodec implements UnwindCodec {
  private static final String ADDRESSES = ".orc_unwind_ip";
  private static final String ENTRIES = ".orc_unwind";
  private static final int DISTANCE_BYTES = 4;

  private static final int REGISTER_MASK = 15;

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public Optional<UnwindTable> sort(RelocatableObject object, PlacedObject placed) {
    Optional<EntryTable> addresses = EntryTable.find(ADDRESSES, object, placed, LITTLE_ENDIAN);
    Optional<EntryTable> entries = EntryTable.find(ENTRIES, object, placed, LITTLE_ENDIAN);
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

  private static OrcTable sort(EntryTable addresses, EntryTable entries, int count) {
    int[] distances = addresses.ints();
    short[] words = entries.shorts();
    // Distances count from where they stand; now from the start of the table, and then from the
    // lowest.
    long lowest = Long.MAX_VALUE;
    for (int i = 0; i < count; i++) {
      lowest = Math.min(lowest, distances[i] + (long) DISTANCE_BYTES * i);
    }
    var keys = new long[count];
    boolean inOrder = true;
    for (int i = 0; i < count; i++) {
      long distance = distances[i] + (long) DISTANCE_BYTES * i - lowest;
      if (distance > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("%s: entry %d is out of reach".formatted(ADDRESSES, i));
      }
      keys[i] = key(distance, knows(words, i), i);
      inOrder &= i == 0 || keys[i - 1] < keys[i];
    }
    if (!inOrder) {
      Arrays.sort(keys);
      words = inOrder(words, keys);
      entries.put(words);
    }
    int[] fromLowest = distances;
    for (int i = 0; i < count; i++) {
      fromLowest[i] = (int) (keys[i] >>> Integer.SIZE);
    }
    if (!inOrder) {
      var sorted = new int[count];
      for (int i = 0; i < count; i++) {
        sorted[i] = (int) (fromLowest[i] + lowest - (long) DISTANCE_BYTES * i);
      }
      addresses.put(sorted);
    }
    return new OrcTable(addresses.address() + lowest, fromLowest, words);
  }

  /**
   * {@return the sort key of an entry: its address; of two entries for one address, the one without
   * unwind data is first, because it ends the code before it}
   */
  private static long key(long distance, boolean knows, int index) {
    return (distance << 1 | (knows ? 1 : 0)) << Integer.SIZE - 1 | index;
  }

  private static short[] inOrder(short[] words, long[] keys) {
    var sorted = new short[words.length];
    for (int i = 0; i < keys.length; i++) {
      int from = OrcTable.ENTRY_WORDS * ((int) keys[i] & Integer.MAX_VALUE);
      int to = OrcTable.ENTRY_WORDS * i;
      sorted[to] = words[from];
      sorted[to + OrcTable.FRAME_OFFSET] = words[from + OrcTable.FRAME_OFFSET];
      sorted[to + OrcTable.FLAGS] = words[from + OrcTable.FLAGS];
    }
    return sorted;
  }

  private static boolean knows(short[] words, int i) {
    return (words[OrcTable.ENTRY_WORDS * i + OrcTable.FLAGS] & REGISTER_MASK) != 0;
  }
}
