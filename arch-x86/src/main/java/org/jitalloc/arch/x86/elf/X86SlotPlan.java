package org.jitalloc.arch.x86.elf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.arch.support.elf.RelaScan;
import org.jitalloc.arch.support.elf.SymbolSlots;

/**
 * The slots that an object's relocations ask for, one a symbol. A kernel has its modules within
 * reach of direct calls, so that modules need no slots for calls; in a process, libraries are
 * anywhere.
 */
final class X86SlotPlan extends RelaScan implements SlotPlan {
  static final int GOT_SLOT_BYTES = 8;

  /** An indirect jump, and the address behind it. */
  static final int PLT_SLOT_BYTES = 16;

  private final RelocatableObject object;
  private final boolean callsMayBeFar;
  private final SymbolSlots got;
  private final SymbolSlots plt;
  private final List<SlotTable> tables = new ArrayList<>();
  private int gotPart = -1;
  private int pltPart = -1;
  private boolean gotBaseUsed;

  X86SlotPlan(RelocatableObject object, ObjectUse use) throws RelocationException {
    this.object = object;
    callsMayBeFar = use == ObjectUse.PROCESS_OBJECT;
    got = new SymbolSlots(object.symbolCount());
    plt = new SymbolSlots(object.symbolCount());
    for (int table = 0; table < object.relocationTableCount(); table++) {
      scan(object, table);
    }
    if (gotBaseUsed) {
      gotPart = add("got", Math.max(1, got.count()) * GOT_SLOT_BYTES, GOT_SLOT_BYTES);
    }
    if (plt.count() > 0) {
      pltPart = add("plt", plt.count() * PLT_SLOT_BYTES, PLT_SLOT_BYTES);
    }
  }

  @Override
  protected void entry(int type, int symbol, long addend) {
    if (Types.usesGotBase(type)) {
      gotBaseUsed = true;
      if (Types.usesGotSlot(type)) {
        got.want(symbol);
      }
    }
    if (callsMayBeFar && Types.usesPltSlot(type)) {
      plt.want(symbol);
    }
  }

  private int add(String name, int bytes, int alignBytes) {
    tables.add(new SlotTable(name, SlotTable.NO_SECTION, ModMemType.TEXT, bytes, alignBytes));
    return object.sectionCount() + tables.size() - 1;
  }

  @Override
  public List<SlotTable> tables() {
    return List.copyOf(tables);
  }

  @Override
  public Relocator relocator(PlacedObject placed) {
    return new X86Relocator(object, placed, new SlotWriter(placed, got, gotPart, plt, pltPart));
  }
}
