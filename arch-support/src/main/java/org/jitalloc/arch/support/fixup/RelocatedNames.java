package org.jitalloc.arch.support.fixup;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of relocated fields by the names of their symbols. An address does not identify a
 * name: undefined symbols may all have the same address.
 *
 * @param <T> the meaning of a name
 */
public final class RelocatedNames<T> {
  private static final int RELA_BYTES = 24;
  private static final int INFO = 8;

  private final Map<Long, T> byPlace = new HashMap<>();

  /**
   * Reads the relocations of a module.
   *
   * @param object the module
   * @param placed the placed module
   * @param sections tests for the sections whose relocations are read
   * @param meaning returns the meaning of a name, or null
   */
  public RelocatedNames(
      RelocatableObject object,
      PlacedObject placed,
      IntPredicate sections,
      Function<String, @Nullable T> meaning) {
    Map<Integer, T> bySymbol = new HashMap<>();
    for (int symbol = 0; symbol < object.symbolCount(); symbol++) {
      T said = meaning.apply(object.symbolName(symbol));
      if (said != null) {
        bySymbol.put(symbol, said);
      }
    }
    for (int table = 0; table < object.relocationTableCount() && !bySymbol.isEmpty(); table++) {
      int section = object.relocatedSection(table);
      if (sections.test(section)) {
        read(object.relocations(table), placed.address(section), bySymbol);
      }
    }
  }

  private void read(ByteBuffer relocations, long address, Map<Integer, T> bySymbol) {
    for (int at = 0; at < relocations.limit(); at += RELA_BYTES) {
      T said = bySymbol.get((int) (relocations.getLong(at + INFO) >>> Integer.SIZE));
      if (said != null) {
        byPlace.put(address + relocations.getLong(at), said);
      }
    }
  }

  /**
   * Looks up a field.
   *
   * @param address the address of the field
   * @return the meaning of the name of its symbol, or null
   */
  public @Nullable T at(long address) {
    return byPlace.get(address);
  }
}
