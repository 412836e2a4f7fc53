package org.jitalloc.arch.support.elf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.elf.SlotTable;

/**
 * One slot for each symbol that is loaded or called through a table, whether or not it is needed in
 * the end. The table of addresses and then the branches precede the sections of TEXT.
 */
public final class SymbolSlotPlan extends RelaScan implements SlotPlan {
  static final int ADDRESS_BYTES = 8;

  private final RelocatableObject object;
  private final SlotForm form;
  private final Maker maker;
  private final SymbolSlots got;
  private final SymbolSlots plt;
  private final List<SlotTable> tables = new ArrayList<>();
  private int gotPart = SlotWriter.NO_PART;
  private int pltPart = SlotWriter.NO_PART;
  private boolean gotUsed;

  /** Creates relocators. */
  public interface Maker {
    /**
     * Creates a relocator.
     *
     * @param object the object
     * @param placed the placed object
     * @param slots its slots
     * @return the relocator
     */
    Relocator relocator(RelocatableObject object, PlacedObject placed, SlotWriter slots);
  }

  /**
   * Plans the slots for all relocations of an object.
   *
   * @param object the object
   * @param form the slots of the architecture
   * @param maker creates the relocator
   * @throws RelocationException if an entry's symbol does not exist
   */
  public SymbolSlotPlan(RelocatableObject object, SlotForm form, Maker maker)
      throws RelocationException {
    this.object = object;
    this.form = form;
    this.maker = maker;
    got = new SymbolSlots(object.symbolCount());
    plt = new SymbolSlots(object.symbolCount());
    for (int table = 0; table < object.relocationTableCount(); table++) {
      scan(object, table);
    }
    if (gotUsed) {
      gotPart = add("got", Math.max(1, got.count()) * ADDRESS_BYTES, ADDRESS_BYTES);
    }
    if (plt.count() > 0) {
      int bytes = plt.count() * form.branchBytes() + form.endBytes();
      pltPart = add("plt", bytes, form.branchAlignBytes());
    }
  }

  @Override
  protected void entry(long offset, int type, int symbol, long addend) {
    if (form.usesGot(type)) {
      gotUsed = true;
      if (form.usesGotSlot(type)) {
        got.want(symbol);
      }
    }
    if (form.usesPltSlot(type)) {
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
    var slots = new SlotWriter(placed, form, got, gotPart, plt, pltPart);
    return maker.relocator(object, placed, slots);
  }
}
