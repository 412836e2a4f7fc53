package org.jitalloc.arch.support.elf;

/** Slots of a table, each for a symbol, numbered in the order in which they were asked for. */
public final class SymbolSlots {
  /** The number of each symbol's slot plus 1; 0 where it has none; empty while nobody has one. */
  private int[] slots = {};

  private final int symbols;
  private int count;
  private boolean[] filled = {};

  /**
   * Makes an empty table.
   *
   * @param symbols how many symbols there are
   */
  public SymbolSlots(int symbols) {
    this.symbols = symbols;
  }

  /**
   * Asks for a slot.
   *
   * @param symbol the symbol that it is for
   */
  public void want(int symbol) {
    if (slots.length == 0) {
      slots = new int[symbols];
    }
    if (slots[symbol] == 0) {
      slots[symbol] = ++count;
    }
  }

  /** {@return how many slots were asked for} */
  public int count() {
    return count;
  }

  /**
   * Finds a symbol's slot.
   *
   * @param symbol the symbol, which asked for one
   * @return the slot's number, from 0
   */
  public int slot(int symbol) {
    return slots[symbol] - 1;
  }

  /**
   * Notes that a slot is filled.
   *
   * @param slot its number
   * @return whether it was not before
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
   * Shows the slots that are filled, by symbol.
   *
   * @param visitor is shown the symbol and the slot's number
   */
  public void forEachFilled(Visitor visitor) {
    for (int symbol = 0; symbol < slots.length; symbol++) {
      int slot = slots[symbol] - 1;
      if (slot >= 0 && slot < filled.length && filled[slot]) {
        visitor.slot(symbol, slot);
      }
    }
  }

  /** Is shown slots. */
  public interface Visitor {
    /**
     * Is shown a slot.
     *
     * @param symbol the symbol that it is for
     * @param slot its number
     */
    void slot(int symbol, int slot);
  }
}
