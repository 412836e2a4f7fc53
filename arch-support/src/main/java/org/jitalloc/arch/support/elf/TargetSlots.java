package org.jitalloc.arch.support.elf;

import java.util.Arrays;

/**
 * Slots that are each for a symbol and an addend, numbered in the order in which they are asked
 * for. An open hash table in three arrays.
 */
public final class TargetSlots {
  /** What a lookup gives where there is none. */
  public static final int NONE = -1;

  private int[] symbols = new int[16];
  private long[] addends = new long[16];

  /** The number of the slot plus 1; 0 where the place is empty. */
  private int[] slots = new int[16];

  private int count;

  /** Makes an empty table. */
  public TargetSlots() {}

  /** {@return how many slots there are} */
  public int count() {
    return count;
  }

  /**
   * Finds a slot.
   *
   * @param symbol the symbol that it is for
   * @param addend what is added
   * @return the slot's number, or {@link #NONE}
   */
  public int find(int symbol, long addend) {
    return slots[place(symbol, addend)] - 1;
  }

  /**
   * Finds a slot, and makes it if there is none.
   *
   * @param symbol the symbol that it is for
   * @param addend what is added
   * @return the slot's number
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
   * Shows all slots.
   *
   * @param visitor is shown symbol, addend and number of each
   */
  public void forEach(Visitor visitor) {
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != 0) {
        visitor.slot(symbols[i], addends[i], slots[i] - 1);
      }
    }
  }

  /** Is shown slots. */
  public interface Visitor {
    /**
     * Is shown a slot.
     *
     * @param symbol the symbol that it is for
     * @param addend what is added to it
     * @param slot its number
     */
    void slot(int symbol, long addend, int slot);
  }
}
