package org.jitalloc.modules.symbols;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The symbols of a module. Immutable.
 *
 * <p>A distribution has about a million of them, so they are no objects: a few flat arrays, and all
 * names in one, 14 bytes a symbol besides its name. An address is found by binary search among what
 * is code; a name is looked for from the first symbol on, which no index makes worth its memory: it
 * is people who ask for names.
 */
public final class SymbolTable {
  /** Nothing. */
  public static final SymbolTable EMPTY = new Builder(0).build();

  /** Each ends with 0. */
  private final byte[] names;

  private final int[] nameOffsets;
  private final long[] addresses;
  private final byte[] letters;

  /** Indexes of the symbols that addresses are looked up in, by address and then by index. */
  private final int[] code;

  private SymbolTable(Builder from) {
    names = Arrays.copyOf(from.names, from.nameBytes);
    nameOffsets = Arrays.copyOf(from.nameOffsets, from.count);
    addresses = Arrays.copyOf(from.addresses, from.count);
    letters = Arrays.copyOf(from.letters, from.count);
    code = from.sortedCode();
  }

  /** {@return how many symbols there are} */
  public int count() {
    return addresses.length;
  }

  /**
   * Gives a symbol's name.
   *
   * @param index of the symbol, in the order of the module's own table
   * @return its name
   */
  public String name(int index) {
    int from = nameOffsets[index];
    int end = from;
    while (names[end] != 0) {
      end++;
    }
    return new String(names, from, end - from, StandardCharsets.UTF_8);
  }

  /**
   * Gives a symbol's address.
   *
   * @param index of the symbol
   * @return its address
   */
  public long address(int index) {
    return addresses[index];
  }

  /**
   * Tells what a symbol is.
   *
   * @param index of the symbol
   * @return the letter that nm has for it, small
   */
  public char letter(int index) {
    return (char) letters[index];
  }

  /**
   * Finds a symbol by its name.
   *
   * @param name its name
   * @return the address of the first that has it; empty if none has
   */
  public OptionalLong find(String name) {
    return all(name).mapToLong(this::address).findFirst();
  }

  /**
   * Finds all symbols of a name.
   *
   * @param name their name
   * @return their indexes
   */
  public IntStream all(String name) {
    byte[] wanted = (name + "\0").getBytes(StandardCharsets.UTF_8);
    return IntStream.range(0, nameOffsets.length).filter(i -> isCalled(i, wanted));
  }

  private boolean isCalled(int index, byte[] wanted) {
    int from = nameOffsets[index];
    int end = from + wanted.length;
    return end <= names.length && Arrays.equals(names, from, end, wanted, 0, wanted.length);
  }

  /**
   * Finds the symbol of code that an address is in.
   *
   * @param address an address
   * @param start where the memory begins that the address is in
   * @return the index of the last symbol that does not begin after it, and of these the first;
   *     empty if there is none in that memory
   */
  public OptionalInt at(long address, long start) {
    int place = notAfter(address);
    if (place < 0 || Long.compareUnsigned(addresses[code[place]], start) < 0) {
      return OptionalInt.empty();
    }
    long found = addresses[code[place]];
    while (place > 0 && addresses[code[place - 1]] == found) {
      place--;
    }
    return OptionalInt.of(code[place]);
  }

  /**
   * Finds where the code of a symbol ends, as far as symbols tell.
   *
   * @param address an address in it
   * @param end where the memory ends that it is in
   * @return the address of the next symbol, or the end
   */
  public long end(long address, long end) {
    int next = notAfter(address) + 1;
    return next < code.length && Long.compareUnsigned(addresses[code[next]], end) < 0
        ? addresses[code[next]]
        : end;
  }

  /** The last place in {@link #code} of a symbol that begins at an address or before it, or -1. */
  private int notAfter(long address) {
    int low = 0;
    int high = code.length;
    while (low < high) {
      int middle = low + high >>> 1;
      if (Long.compareUnsigned(addresses[code[middle]], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** Collects symbols. For one thread. */
  public static final class Builder {
    private static final int USUAL_NAME_BYTES = 24;
    private byte[] names;
    private final int[] nameOffsets;
    private final long[] addresses;
    private final byte[] letters;
    private final int[] code;
    private int count;
    private int nameBytes;
    private int codeCount;

    /**
     * Begins.
     *
     * @param most how many symbols there can be
     */
    public Builder(int most) {
      names = new byte[most * USUAL_NAME_BYTES];
      nameOffsets = new int[most];
      addresses = new long[most];
      letters = new byte[most];
      code = new int[most];
    }

    /**
     * Adds a symbol.
     *
     * @param from has its name, in UTF-8
     * @param start where that starts
     * @param bytes how long it is
     * @param address its address
     * @param letter what it is
     * @param isCode whether addresses are looked up in it
     */
    public void add(byte[] from, int start, int bytes, long address, char letter, boolean isCode) {
      if (nameBytes + bytes + 1 > names.length) {
        names = Arrays.copyOf(names, names.length * 2 + bytes + 1);
      }
      System.arraycopy(from, start, names, nameBytes, bytes);
      nameOffsets[count] = nameBytes;
      nameBytes += bytes + 1;
      addresses[count] = address;
      letters[count] = (byte) letter;
      if (isCode) {
        code[codeCount++] = count;
      }
      count++;
    }

    /**
     * Ends.
     *
     * @return the table
     */
    public SymbolTable build() {
      return new SymbolTable(this);
    }

    /** Sorts numbers made of the distance to the lowest address and of the index. */
    private int[] sortedCode() {
      long lowest = 0;
      for (int i = 0; i < codeCount; i++) {
        long address = addresses[code[i]];
        lowest = i == 0 || Long.compareUnsigned(address, lowest) < 0 ? address : lowest;
      }
      var keys = new long[codeCount];
      for (int i = 0; i < codeCount; i++) {
        keys[i] = addresses[code[i]] - lowest << Integer.SIZE | code[i];
      }
      Arrays.sort(keys);
      var sorted = new int[codeCount];
      for (int i = 0; i < codeCount; i++) {
        sorted[i] = (int) keys[i];
      }
      return sorted;
    }
  }
}
