package org.jitalloc.arch.support.fixup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;

/** A section of a module with entries of one length. Writes change the module. */
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
   * @param placed the placed module
   * @param order the byte order of its numbers
   * @return the table; empty if the section is missing or empty
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
   * Returns the number of entries.
   *
   * @param entryBytes the length of an entry in bytes
   * @return the number of entries
   * @throws IllegalArgumentException if the size is not a multiple of the length
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
   * @param offset the offset in the table, in bytes
   * @return the number
   */
  public long longAt(int offset) {
    return bytes.getLong(start + offset);
  }

  /**
   * Reads 4 bytes.
   *
   * @param offset the offset in the table, in bytes
   * @return the number
   */
  public int intAt(int offset) {
    return bytes.getInt(start + offset);
  }

  /**
   * Reads 2 bytes.
   *
   * @param offset the offset in the table, in bytes
   * @return the signed number
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
   * @param all as many numbers as {@link #ints} returns
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
   * @param all as many numbers as {@link #shorts} returns
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
   * @param offset the offset in the table, in bytes
   * @return the unsigned number
   */
  public int byteAt(int offset) {
    return bytes.get(start + offset) & 0xff;
  }

  /**
   * Reads a distance of 4 bytes, which is relative to its own address.
   *
   * @param offset the offset in the table, in bytes
   * @return the address that it refers to
   */
  public long relative(int offset) {
    return address + offset + intAt(offset);
  }

  /**
   * Returns the exception for an entry that refers to a wrong address.
   *
   * @param target the address
   * @param why the problem
   * @return the exception, to be thrown
   */
  public IllegalArgumentException leadsNowhere(long target, String why) {
    return new IllegalArgumentException("%s leads to 0x%x: %s".formatted(name, target, why));
  }
}
