package org.jitalloc.arch.s390.elf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;
import org.jitalloc.arch.support.elf.RelaScan;
import org.jitalloc.arch.support.elf.SymbolSlots;

/**
 * One slot a symbol that is loaded or called through a table, whether or not it turns out to be
 * needed, as the kernel does (arch/s390/kernel/module.c): before the sections of TEXT first the
 * table of addresses, then the branches, then a thunk that they all go through.
 */
final class S390SlotPlan extends RelaScan implements SlotPlan {
  static final int GOT_SLOT_BYTES = 8;
  static final int PLT_SLOT_BYTES = 22;
  private static final int INSN_ALIGN_BYTES = 2;

  private final RelocatableObject object;
  private final SymbolSlots got;
  private final SymbolSlots plt;
  private final List<SlotTable> tables = new ArrayList<>();
  private int gotPart = -1;
  private int pltPart = -1;
  private boolean gotBaseUsed;

  S390SlotPlan(RelocatableObject object) throws RelocationException {
    this.object = object;
    got = new SymbolSlots(object.symbolCount());
    plt = new SymbolSlots(object.symbolCount());
    for (int table = 0; table < object.relocationTableCount(); table++) {
      scan(object, table);
    }
    if (gotBaseUsed) {
      gotPart = add("got", Math.max(1, got.count()) * GOT_SLOT_BYTES, GOT_SLOT_BYTES);
    }
    if (plt.count() > 0) {
      pltPart = add("plt", (plt.count() + 1) * PLT_SLOT_BYTES, INSN_ALIGN_BYTES);
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
    if (Types.usesPltSlot(type)) {
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
    return new S390Relocator(object, placed, new SlotWriter(placed, got, gotPart, plt, pltPart));
  }
}
