package org.jitalloc.arch.support.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.Relocator.SlotVisitor;

/** Fills the slots of a {@link SymbolSlotPlan} when they are first used. For one thread. */
public final class SlotWriter {
  static final int NO_PART = -1;

  private final PlacedObject placed;
  private final SlotForm form;
  private final SymbolSlots got;
  private final int gotPart;
  private final SymbolSlots plt;
  private final int pltPart;

  SlotWriter(
      PlacedObject placed,
      SlotForm form,
      SymbolSlots got,
      int gotPart,
      SymbolSlots plt,
      int pltPart) {
    this.placed = placed;
    this.form = form;
    this.got = got;
    this.gotPart = gotPart;
    this.plt = plt;
    this.pltPart = pltPart;
  }

  /** {@return whether there are slots with branches} */
  public boolean hasPlt() {
    return pltPart != NO_PART;
  }

  /** {@return the address of the table of addresses, if a relocation needs it} */
  public long gotBase() {
    return placed.address(gotPart);
  }

  /**
   * Returns the slot with the address of a symbol, and fills it at the first use.
   *
   * @param symbol the symbol, which a relocation loads through the table
   * @param target its address
   * @return the address of the slot
   */
  public long got(int symbol, long target) {
    int slot = got.slot(symbol);
    int offset = slot * SymbolSlotPlan.ADDRESS_BYTES;
    if (got.fill(slot)) {
      form.putAddress(placed.bytes(gotPart), placed.offset(gotPart) + offset, target);
    }
    return placed.address(gotPart) + offset;
  }

  /**
   * Returns the slot that branches to a symbol, and fills it at the first use.
   *
   * @param symbol the symbol, which a relocation may branch to through the table
   * @param target its address
   * @return the address of the slot
   */
  public long plt(int symbol, long target) {
    int slot = plt.slot(symbol);
    int offset = slot * form.branchBytes();
    if (plt.fill(slot)) {
      int at = placed.offset(pltPart) + offset;
      form.putBranch(placed.bytes(pltPart), at, endOffset() - offset, target);
    }
    return placed.address(pltPart) + offset;
  }

  private int endOffset() {
    return plt.count() * form.branchBytes();
  }

  /** Writes the code after the slots with branches. */
  public void finish() {
    if (hasPlt()) {
      form.putEnd(placed.bytes(pltPart), placed.offset(pltPart) + endOffset());
    }
  }

  /**
   * Visits the filled slots.
   *
   * @param visitor the visitor
   */
  public void forEach(SlotVisitor visitor) {
    if (gotPart != NO_PART) {
      long base = gotBase();
      got.forEachFilled(
          (symbol, slot) ->
              visitor.got(symbol, 0, base + (long) slot * SymbolSlotPlan.ADDRESS_BYTES));
    }
    if (hasPlt()) {
      long base = placed.address(pltPart);
      plt.forEachFilled(
          (symbol, slot) -> visitor.plt(symbol, 0, base + (long) slot * form.branchBytes()));
    }
  }
}
