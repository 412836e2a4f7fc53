package org.jitalloc.arch.support.elf;

import java.util.Arrays;

/**
 * Slots by symbol and addend, numbered in the order of the requests: a hash table with open
 * addressing in three arrays.
 */
public final class TargetSlots {
  /** The result of a lookup without a slot. */
  public static final int NONE = -1;

  private int[] symbols = new int[16];
  private long[] addends = new long[16];

  /** The number of the slot plus 1; 0 in an empty entry. */
  private int[] slots = new int[16];

  private int count;

  /** Creates an empty table. */
  public TargetSlots() {}

  /** {@return the number of slots} */
  public int count() {
    return count;
  }

  /**
   * Finds a slot.
   *
   * @param symbol its symbol
   * @param addend its addend
   * @return the number of the slot, or {@link #NONE}
   */
  public int find(int symbol, long addend) {
    return slots[place(symbol, addend)] - 1;
  }

  /**
   * Finds a slot, and creates it if there is none.
   *
   * @param symbol its symbol
   * @param addend its addend
   * @return the number of the slot
   */
  public int findOrAdd(int symbol, long addend) {
    int place = place(symbol, addend);
    if (slots[place] == 0) {
      if (2 * count >= slots.length) {
        grow();
        place = place(symbol, addend);
      }
      put(place, symbol, addend, ++count);
    }
    return slots[place] - 1;
  }

  private int place(int symbol, long addend) {
    int mask = slots.length - 1;
    int place = Long.hashCode((symbol + 31 * addend) * 0x9e3779b97f4a7c15L) >>> 7 & mask;
    while (slots[place] != 0 && (symbols[place] != symbol || addends[place] != addend)) {
      place = place + 1 & mask;
    }
    return place;
  }

  private void put(int place, int symbol, long addend, int slot) {
    symbols[place] = symbol;
    addends[place] = addend;
    slots[place] = slot;
  }

  private void grow() {
    int[] oldSymbols = symbols;
    long[] oldAddends = addends;
    int[] oldSlots = slots;
    int capacity = 2 * oldSlots.length;
    symbols = Arrays.copyOf(oldSymbols, capacity);
    addends = Arrays.copyOf(oldAddends, capacity);
    slots = new int[capacity];
    for (int i = 0; i < oldSlots.length; i++) {
      if (oldSlots[i] != 0) {
        put(place(oldSymbols[i], oldAddends[i]), oldSymbols[i], oldAddends[i], oldSlots[i]);
      }
    }
  }

  /**
   * Visits all slots.
   *
   * @param visitor the visitor
   */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != 0) {
        visitor.slot(symbols[i], addends[i], slots[i] - 1);
      }
    }
  }

  /** Visits slots. */
  public interface Visitor {
    /**
     * Visits a slot.
     *
     * @param symbol its symbol
     * @param addend its addend
     * @param slot its number
     */
    void slot(int symbol, long addend, int slot);
  }
}
