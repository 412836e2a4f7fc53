package org.jitalloc.arch.support.elf;

import java.nio.ByteBuffer;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.RelocationException.Problem;

/** Iterates over {@code Elf64_Rela} entries before sections have addresses. */
public abstract class RelaScan {
  /** The length of an entry. */
  static final int ENTRY_BYTES = 24;

  static final int INFO = 8;
  static final int ADDEND = 16;

  /** For subclasses. */
  protected RelaScan() {}

  /**
   * Visits an entry.
   *
   * @param offset the offset of its field in the section
   * @param type the number of its type
   * @param symbol the index of its symbol, which exists
   * @param addend what is added
   */
  protected abstract void entry(long offset, int type, int symbol, long addend);

  /**
   * Visits all entries of a table.
   *
   * @param object the object
   * @param table the index of the table
   * @throws RelocationException if an entry's symbol does not exist
   */
  public final void scan(RelocatableObject object, int table) throws RelocationException {
    ByteBuffer entries = object.relocations(table);
    int symbols = object.symbolCount();
    int end = entries.limit();
    for (int at = 0; at < end; at += ENTRY_BYTES) {
      long info = entries.getLong(at + INFO);
      int symbol = (int) (info >>> 32);
      if (symbol < 0 || symbol >= symbols) {
        throw new RelocationException(
            Problem.NO_SUCH_SYMBOL,
            "type " + (int) info,
            object.relocatedSection(table),
            entries.getLong(at),
            0,
            symbol,
            entries.getLong(at + ADDEND),
            "there are %d symbols".formatted(symbols));
      }
      entry(entries.getLong(at), (int) info, symbol, entries.getLong(at + ADDEND));
    }
  }
}
