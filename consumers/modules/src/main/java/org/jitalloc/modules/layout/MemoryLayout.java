package org.jitalloc.modules.layout;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.layout.SymbolRoom.Tables;
import org.jspecify.annotations.Nullable;

/**
 * Which memory each part of an object is in, and where. A part is a section, by its index, or a
 * table of slots, by its number added to the count of sections. Immutable.
 */
public final class MemoryLayout {
  /*
   * The order is the kernel's (kernel/module/main.c): first what stays, then what goes after
   * initialisation; in each, the first of text, rodata, ro_after_init and data whose mask fits a
   * section takes it, in the order of the file. Tables that are no sections come first in their
   * memory. Per-CPU variables are in none of these memories, for each CPU has its own.
   */

  /** The most that one object may take, so that a hostile file cannot ask for all there is. */
  private static final long MOST_BYTES = 256L << 20;

  private static final String PER_CPU_SECTION = ".data..percpu";

  /** Read while the module is loaded and not needed afterwards. */
  private static final Set<String> NOT_LOADED =
      Set.of(".modinfo", "__versions", "__version_ext_crcs", "__version_ext_names");

  private static final Set<String> RO_AFTER_INIT =
      Set.of(".data..ro_after_init", "__jump_table", ".static_call_sites");

  private final ElfObject object;
  private final @Nullable ModMemType[] types;
  private final int[] offsets;
  private final int[] lengths;
  private final long[] memoryBytes = new long[ModMemType.values().length];
  private final int[] memoryAligns = new int[ModMemType.values().length];
  private int perCpuSection = SlotTable.NO_SECTION;
  private final @Nullable SymbolRoom symbolRoom;

  /**
   * Lays an object out.
   *
   * @param object the object
   * @param plan the tables that its relocations need
   * @param isKernelModule whether its symbols are kept with it
   * @throws ModuleException WRITABLE_CODE, UNSUPPORTED, or NO_MEMORY if it is far too large
   */
  public MemoryLayout(ElfObject object, SlotPlan plan, boolean isKernelModule) {
    this.object = object;
    List<SlotTable> tables = plan.tables();
    int parts = object.sectionCount() + tables.size();
    types = new @Nullable ModMemType[parts];
    offsets = new int[parts];
    lengths = new int[parts];
    Arrays.fill(memoryAligns, 1);
    var shapes = new Shapes(object, plan);
    for (int i = 0; i < tables.size(); i++) {
      SlotTable table = tables.get(i);
      if (table.section() == SlotTable.NO_SECTION) {
        place(object.sectionCount() + i, table.memory(), table.bytes(), table.alignBytes());
      }
    }
    placeSections(shapes, false);
    placeSections(shapes, true);
    for (int i = 0; i < tables.size(); i++) {
      int section = tables.get(i).section();
      if (section != SlotTable.NO_SECTION) {
        int part = object.sectionCount() + i;
        types[part] = types[section];
        offsets[part] = offsets[section];
        lengths[part] = lengths[section];
      }
    }
    symbolRoom = isKernelModule ? reserveSymbols() : null;
  }

  private SymbolRoom reserveSymbols() {
    int count = 1;
    long nameBytes = 1;
    for (int i = 1; i < object.symbolCount(); i++) {
      if (keepsSymbol(i)) {
        count++;
        nameBytes += object.symbolNameBytes(i) + 1;
      }
    }
    Tables core = reserveTables(ModMemType.DATA, count, nameBytes, 0);
    int all = object.symbolCount();
    int directory = SymbolRoom.DIRECTORY_BYTES;
    Tables whole = reserveTables(ModMemType.INIT_DATA, all, object.symbolNamesBytes(), directory);
    return new SymbolRoom(core, whole);
  }

  private Tables reserveTables(ModMemType memory, int count, long nameBytes, int directoryBytes) {
    int entries = reserve(memory, (long) count * Elf.SYMBOL_BYTES, Long.BYTES);
    int names = reserve(memory, nameBytes, 1);
    if (directoryBytes > 0) {
      reserve(memory, directoryBytes, Long.BYTES);
    }
    return new Tables(memory, count, entries, names, (int) nameBytes, reserve(memory, count, 1));
  }

  /** Tells whether a kernel keeps a symbol with the module: it has a name and an address. */
  public boolean keepsSymbol(int symbol) {
    int section = object.symbolSection(symbol);
    if (section == Elf.SHN_UNDEF || section >= object.sectionCount()) {
      return false;
    }
    ModMemType type = types[section];
    return (type == null ? section == perCpuSection : !type.isInit())
        && object.symbolNameBytes(symbol) > 0;
  }

  /** {@return where its symbols are kept; null if it is no kernel module} */
  public @Nullable SymbolRoom symbolRoom() {
    return symbolRoom;
  }

  private void placeSections(Shapes shapes, boolean init) {
    for (Mask mask : Mask.values()) {
      for (int i = 1; i < object.sectionCount(); i++) {
        long flags = shapes.flags(i);
        if (types[i] == null && isLoaded(i, flags) && object.isInit(i) == init) {
          if (mask.takes(flags, isRoAfterInit(i))) {
            place(i, init ? mask.init : mask.core, shapes.bytes(i), shapes.alignBytes(i));
          }
        }
      }
    }
  }

  private boolean isRoAfterInit(int section) {
    return !object.isForProcess() && RO_AFTER_INIT.contains(object.sectionName(section));
  }

  /** Tells whether a section gets memory; finds the per-CPU section by the way. */
  private boolean isLoaded(int section, long flags) {
    if ((flags & Elf.SHF_ALLOC) == 0) {
      return false;
    }
    String name = object.sectionName(section);
    if (object.isForProcess()) {
      return true;
    }
    if (name.equals(PER_CPU_SECTION)) {
      perCpuSection = section;
      lengths[section] = checked(object.sectionBytes(section));
      return false;
    }
    return !NOT_LOADED.contains(name);
  }

  private void place(int part, ModMemType type, long bytes, int alignBytes) {
    types[part] = type;
    offsets[part] = reserve(type, bytes, alignBytes);
    lengths[part] = (int) bytes;
  }

  /** {@return where in a memory there is room} */
  private int reserve(ModMemType type, long bytes, int alignBytes) {
    int memory = type.ordinal();
    long offset = memoryBytes[memory] + alignBytes - 1 & -alignBytes;
    memoryBytes[memory] = checked(offset + checked(bytes));
    memoryAligns[memory] = Math.max(memoryAligns[memory], alignBytes);
    return (int) offset;
  }

  private int checked(long bytes) {
    long all = 0;
    for (long one : memoryBytes) {
      all += one;
    }
    if (bytes > MOST_BYTES || all > MOST_BYTES) {
      throw new ModuleException(
          Reason.NO_MEMORY,
          "0x%x bytes in one memory; 0x%x bytes in all memories are the most"
              .formatted(bytes, MOST_BYTES));
    }
    return (int) bytes;
  }

  /**
   * Gives the memory of a part.
   *
   * @param part the part
   * @return its memory; null if it has none: it is not loaded, or per-CPU
   */
  public @Nullable ModMemType type(int part) {
    return types[part];
  }

  /**
   * Tells where in its memory a part is.
   *
   * @param part the part
   * @return its offset in bytes
   */
  public int offset(int part) {
    return offsets[part];
  }

  /**
   * Gives a part's size.
   *
   * @param part the part
   * @return its size in bytes; 0 if it is not loaded
   */
  public int length(int part) {
    return lengths[part];
  }

  /** {@return the index of the section of per-CPU variables, or -1} */
  public int perCpuSection() {
    return perCpuSection;
  }

  /**
   * Gives the size of a memory.
   *
   * @param type which
   * @return its size in bytes, often 0
   */
  public int memoryBytes(ModMemType type) {
    return (int) memoryBytes[type.ordinal()];
  }

  /**
   * Gives the alignment of a memory.
   *
   * @param type which
   * @return the largest of its parts
   */
  public int memoryAlignBytes(ModMemType type) {
    return memoryAligns[type.ordinal()];
  }

  /** The kernel's masks, in the order in which they are tried. */
  private enum Mask {
    TEXT(ModMemType.TEXT, ModMemType.INIT_TEXT),
    RODATA(ModMemType.RODATA, ModMemType.INIT_RODATA),
    RO_AFTER_INIT(ModMemType.RO_AFTER_INIT, ModMemType.INIT_DATA),
    DATA(ModMemType.DATA, ModMemType.INIT_DATA);

    final ModMemType core;
    final ModMemType init;

    Mask(ModMemType core, ModMemType init) {
      this.core = core;
      this.init = init;
    }

    boolean takes(long flags, boolean roAfterInit) {
      return switch (this) {
        case TEXT -> (flags & Elf.SHF_EXECINSTR) != 0;
        case RODATA -> (flags & Elf.SHF_WRITE) == 0;
        case RO_AFTER_INIT -> roAfterInit;
        case DATA -> true;
      };
    }
  }
}
