package org.jitalloc.arch.support.fixup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;

/** A section of a module that holds entries of one length; changes go through to the module. */
public final class EntryTable {
  private final String name;
  private final ByteBuffer bytes;
  private final int start;
  private final int length;
  private final long address;

  private EntryTable(String name, PlacedObject placed, int section, ByteOrder order) {
    this.name = name;
    bytes = ByteBuffer.wrap(placed.bytes(section)).order(order);
    start = placed.offset(section);
    length = placed.length(section);
    address = placed.address(section);
  }

  /**
   * Finds a table.
   *
   * @param name the name of its section
   * @param object the module
   * @param placed the module in memory
   * @param order the order of bytes in its numbers
   * @return the table; empty if there is none, or nothing in it
   */
  public static Optional<EntryTable> find(
      String name, RelocatableObject object, PlacedObject placed, ByteOrder order) {
    for (int i = 1; i < object.sectionCount(); i++) {
      if (object.sectionName(i).equals(name) && isPlaced(placed, i)) {
        return Optional.of(new EntryTable(name, placed, i, order));
      }
    }
    return Optional.empty();
  }

  static boolean isPlaced(PlacedObject placed, int section) {
    return placed.address(section) != 0 && placed.length(section) > 0;
  }

  /** {@return the name of its section} */
  public String name() {
    return name;
  }

  /** {@return its size in bytes} */
  public int length() {
    return length;
  }

  /** {@return the address of its first byte} */
  public long address() {
    return address;
  }

  /**
   * Counts its entries.
   *
   * @param entryBytes the length of one
   * @return how many there are
   * @throws IllegalArgumentException if they do not fill the table
   */
  public int count(int entryBytes) {
    if (length % entryBytes != 0) {
      throw new IllegalArgumentException(
          "%s: %d bytes are no whole entries of %d".formatted(name, length, entryBytes));
    }
    return length / entryBytes;
  }

  /**
   * Reads 8 bytes.
   *
   * @param offset where, in bytes from the start of the table
   * @return the number
   */
  public long longAt(int offset) {
    return bytes.getLong(start + offset);
  }

  /**
   * Reads 4 bytes.
   *
   * @param offset where
   * @return the number
   */
  public int intAt(int offset) {
    return bytes.getInt(start + offset);
  }

  /**
   * Reads 2 bytes.
   *
   * @param offset where
   * @return the number, with its sign
   */
  public short shortAt(int offset) {
    return bytes.getShort(start + offset);
  }

  /**
   * Reads all numbers of 4 bytes.
   *
   * @return a copy of them
   */
  public int[] ints() {
    var all = new int[length / Integer.BYTES];
    whole().asIntBuffer().get(all);
    return all;
  }

  /**
   * Writes all numbers of 4 bytes.
   *
   * @param all as many as {@link #ints} gives
   */
  public void put(int[] all) {
    whole().asIntBuffer().put(all);
  }

  /**
   * Reads all numbers of 2 bytes.
   *
   * @return a copy of them
   */
  public short[] shorts() {
    var all = new short[length / Short.BYTES];
    whole().asShortBuffer().get(all);
    return all;
  }

  /**
   * Writes all numbers of 2 bytes.
   *
   * @param all as many as {@link #shorts} gives
   */
  public void put(short[] all) {
    whole().asShortBuffer().put(all);
  }

  private ByteBuffer whole() {
    return bytes.slice(start, length).order(bytes.order());
  }

  /**
   * Reads a byte.
   *
   * @param offset where
   * @return the number, without a sign
   */
  public int byteAt(int offset) {
    return bytes.get(start + offset) & 0xff;
  }

  /**
   * Reads a distance of 4 bytes, which counts from where it stands.
   *
   * @param offset where
   * @return the address that it leads to
   */
  public long relative(int offset) {
    return address + offset + intAt(offset);
  }

  /**
   * Says that an entry leads to an address where nothing makes sense.
   *
   * @param target the address
   * @param why what is wrong
   * @return the exception, to be thrown
   */
  public IllegalArgumentException leadsNowhere(long target, String why) {
    return new IllegalArgumentException("%s leads to 0x%x: %s".formatted(name, target, why));
  }
}
