package org.jitalloc.modules.relocation;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;

/** Sections where a test wants them, each in bytes of its own, and tables one after another. */
final class PlacedSections implements PlacedObject {
  private final byte[][] bytes;
  private final long[] addresses;
  private final long[] symbols;
  private final BitSet absent = new BitSet();

  PlacedSections(
      ElfObject object,
      List<SlotTable> tables,
      Map<String, Long> sectionAddresses,
      Map<String, Long> symbolAddresses,
      long tablesAddress) {
    int sections = object.sectionCount();
    bytes = new byte[sections + tables.size()][];
    addresses = new long[bytes.length];
    for (int i = 0; i < sections; i++) {
      Long address = sectionAddresses.get(object.sectionName(i));
      addresses[i] = address == null ? 0 : address;
      bytes[i] = new byte[address == null ? 0 : (int) object.sectionBytes(i)];
      if (address != null && object.sectionType(i) != Elf.SHT_NOBITS) {
        object.copySection(i, bytes[i], 0);
      }
    }
    long next = tablesAddress;
    for (int i = 0; i < tables.size(); i++) {
      SlotTable table = tables.get(i);
      next = next + table.alignBytes() - 1 & -table.alignBytes();
      addresses[sections + i] = next;
      bytes[sections + i] = new byte[table.bytes()];
      next += table.bytes();
    }
    symbols = new long[object.symbolCount()];
    for (int i = 1; i < symbols.length; i++) {
      int section = object.symbolSection(i);
      if (section == Elf.SHN_UNDEF) {
        symbols[i] = symbolAddresses.getOrDefault(object.symbolName(i), 0L);
      } else if (section == Elf.SHN_ABS) {
        symbols[i] = object.symbolValue(i);
      } else if (addresses[section] == 0) {
        absent.set(i);
      } else {
        symbols[i] = addresses[section] + object.symbolValue(i);
      }
    }
  }

  @Override
  public byte[] bytes(int part) {
    return bytes[part];
  }

  @Override
  public int offset(int part) {
    return 0;
  }

  @Override
  public int length(int part) {
    return bytes[part].length;
  }

  @Override
  public long address(int part) {
    return addresses[part];
  }

  @Override
  public long[] symbolAddresses() {
    return symbols;
  }

  @Override
  public boolean hasAddress(int symbol) {
    return !absent.get(symbol);
  }
}
