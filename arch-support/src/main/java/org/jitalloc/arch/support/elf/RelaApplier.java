package org.jitalloc.arch.support.elf;

import java.nio.ByteBuffer;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.RelocationException.Problem;
import org.jitalloc.arch.elf.Relocator;

/**
 * Iterates over relocation tables and checks that the type is supported, the field is inside its
 * section, and the symbol has an address.
 */
public abstract class RelaApplier implements Relocator {
  /*
   * There are millions of relocations. Entries are read in place, symbol addresses are in an array,
   * and only for the address 0 the symbol is looked up. The present entry is in a field, which only
   * failures read.
   */
  private final RelocatableObject object;
  private final PlacedObject placed;
  private final RelocationTypes types;

  /** The array that contains the section that is relocated. */
  protected byte[] bytes = {};

  private int table;
  private int at;

  /**
   * Creates an applier.
   *
   * @param object the object
   * @param placed the placed object
   * @param types the supported types
   */
  protected RelaApplier(RelocatableObject object, PlacedObject placed, RelocationTypes types) {
    this.object = object;
    this.placed = placed;
    this.types = types;
  }

  /**
   * Applies an entry. The field is inside {@link #bytes}.
   *
   * @param type the number of its type, which is supported
   * @param index the index of the field in {@link #bytes}
   * @param place the address of the field
   * @param target the address of its symbol
   * @param addend the addend
   * @param symbol the index of its symbol
   * @throws RelocationException if it cannot be applied
   */
  protected abstract void apply(
      int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException;

  /**
   * Prepares for the next section.
   *
   * @param section its index
   */
  protected void enter(int section) {}

  @Override
  public final void relocate(int number) throws RelocationException {
    table = number;
    int section = object.relocatedSection(number);
    bytes = placed.bytes(section);
    enter(section);
    ByteBuffer entries = object.relocations(number);
    int start = placed.offset(section);
    int length = placed.length(section);
    long base = placed.address(section);
    long[] addresses = placed.symbolAddresses();
    int end = entries.limit();
    for (int next = 0; next < end; next += RelaScan.ENTRY_BYTES) {
      at = next;
      long offset = entries.getLong(next);
      long info = entries.getLong(next + RelaScan.INFO);
      int type = (int) info;
      int width = types.width(type);
      if (width == RelocationTypes.NOT_APPLIED) {
        throw failure(Problem.UNSUPPORTED_TYPE, "no codec applies it");
      }
      if (offset < 0 || offset > length - width) {
        throw failure(
            Problem.OUTSIDE_SECTION, "a field of %d bytes in %d".formatted(width, length));
      }
      int symbol = (int) (info >>> 32);
      if (symbol < 0 || symbol >= addresses.length) {
        throw failure(Problem.NO_SUCH_SYMBOL, "there are %d symbols".formatted(addresses.length));
      }
      long target = addresses[symbol];
      if (target == 0 && !placed.hasAddress(symbol)) {
        throw failure(Problem.NO_ADDRESS, "its section is not loaded");
      }
      int index = start + (int) offset;
      apply(type, index, base + offset, target, entries.getLong(next + RelaScan.ADDEND), symbol);
    }
  }

  /**
   * Creates the exception for a value that does not fit.
   *
   * @param value the value
   * @param least the least value that fits
   * @param most the greatest value that fits
   * @return the exception
   */
  protected final RelocationException outOfRange(long value, long least, long most) {
    return failure(
        Problem.OUT_OF_RANGE,
        "value %s not in [%s, %s]".formatted(hex(value), hex(least), hex(most)));
  }

  /**
   * Creates the exception for a misaligned value.
   *
   * @param value the value
   * @param alignBytes its required alignment in bytes
   * @return the exception
   */
  protected final RelocationException misaligned(long value, int alignBytes) {
    return failure(
        Problem.MISALIGNED, "value %s is no multiple of %d".formatted(hex(value), alignBytes));
  }

  private static String hex(long value) {
    return value < 0 && value != Long.MIN_VALUE
        ? "-0x%x".formatted(-value)
        : "0x%x".formatted(value);
  }

  /**
   * Creates an exception for the present entry.
   *
   * @param problem the kind of problem
   * @param detail the values
   * @return the exception
   */
  protected final RelocationException failure(Problem problem, String detail) {
    ByteBuffer entries = object.relocations(table);
    long offset = entries.getLong(at);
    long info = entries.getLong(at + RelaScan.INFO);
    int section = object.relocatedSection(table);
    return new RelocationException(
        problem,
        types.name((int) info),
        section,
        offset,
        placed.address(section) + offset,
        (int) (info >>> 32),
        entries.getLong(at + RelaScan.ADDEND),
        detail);
  }
}
