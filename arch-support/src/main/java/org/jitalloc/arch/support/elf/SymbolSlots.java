package org.jitalloc.arch.support.elf;

/** The slots of a table, one for each symbol, numbered in the order of the requests. */
public final class SymbolSlots {
  /**
   * The number of the slot of each symbol plus 1, or 0 without a slot; empty if no symbol has one.
   */
  private int[] slots = {};

  private final int symbols;
  private int count;
  private boolean[] filled = {};

  /**
   * Creates an empty table.
   *
   * @param symbols the number of symbols
   */
  public SymbolSlots(int symbols) {
    this.symbols = symbols;
  }

  /**
   * Requests a slot.
   *
   * @param symbol its symbol
   */
  public void want(int symbol) {
    if (slots.length == 0) {
      slots = new int[symbols];
    }
    if (slots[symbol] == 0) {
      slots[symbol] = ++count;
    }
  }

  /** {@return the number of slots} */
  public int count() {
    return count;
  }

  /**
   * Returns the slot of a symbol.
   *
   * @param symbol the symbol, which has a slot
   * @return the number of the slot, from 0
   */
  public int slot(int symbol) {
    return slots[symbol] - 1;
  }

  /**
   * Marks a slot as filled.
   *
   * @param slot its number
   * @return whether it was not filled before
   */
  public boolean fill(int slot) {
    if (filled.length == 0) {
      filled = new boolean[count];
    }
    boolean first = !filled[slot];
    filled[slot] = true;
    return first;
  }

  /**
   * Visits the filled slots, by symbol.
   *
   * @param visitor the visitor
   */
  public void forEachFilled(Visitor visitor) {
    for (int symbol = 0; symbol < slots.length; symbol++) {
      int slot = slots[symbol] - 1;
      if (slot >= 0 && slot < filled.length && filled[slot]) {
        visitor.slot(symbol, slot);
      }
    }
  }

  /** Visits slots. */
  public interface Visitor {
    /**
     * Visits a slot.
     *
     * @param symbol its symbol
     * @param slot its number
     */
    void slot(int symbol, int slot);
  }
}
