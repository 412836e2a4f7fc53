package org.jitalloc.arch.support.elf;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.arch.elf.RelocationType;

/** The relocation types of an architecture, in flat tables. Immutable after it is built. */
public final class RelocationTypes {
  /** The width of a type that is not supported. */
  static final byte NOT_APPLIED = -1;

  private final String prefix;
  private String[] names = {};
  private byte[] widths = {};

  /**
   * Creates an empty table.
   *
   * @param prefix the prefix of all names
   */
  public RelocationTypes(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Adds supported types.
   *
   * @param fieldBytes the width of the field of each in bytes
   * @param number the number of the first
   * @param suffixes the rest of the names, by ascending number
   * @return this table
   */
  public RelocationTypes applied(int fieldBytes, int number, String... suffixes) {
    return add((byte) fieldBytes, number, suffixes);
  }

  /**
   * Adds types that have names but are not supported.
   *
   * @param number the number of the first
   * @param suffixes the rest of the names, by ascending number
   * @return this table
   */
  public RelocationTypes refused(int number, String... suffixes) {
    return add(NOT_APPLIED, number, suffixes);
  }

  private RelocationTypes add(byte width, int first, String... suffixes) {
    int end = first + suffixes.length;
    if (widths.length < end) {
      int known = widths.length;
      widths = Arrays.copyOf(widths, end);
      Arrays.fill(widths, known, end, NOT_APPLIED);
      names = Arrays.copyOf(names, end);
      Arrays.fill(names, known, end, "");
    }
    for (int i = 0; i < suffixes.length; i++) {
      widths[first + i] = width;
      names[first + i] = prefix + suffixes[i];
    }
    return this;
  }

  /**
   * Describes a type.
   *
   * @param number its number
   * @return the type; empty if it is not supported
   */
  public Optional<RelocationType> find(int number) {
    int width = width(number);
    return width == NOT_APPLIED
        ? Optional.empty()
        : Optional.of(new RelocationType(number, names[number], width));
  }

  /** {@return the width of a type's field, or {@link #NOT_APPLIED}} */
  int width(int number) {
    return number >= 0 && number < widths.length ? widths[number] : NOT_APPLIED;
  }

  /** {@return the name of a type, or its number if it has none} */
  String name(int number) {
    return number >= 0 && number < names.length && !names[number].isEmpty()
        ? names[number]
        : prefix + Integer.toUnsignedString(number);
  }
}
