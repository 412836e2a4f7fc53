package org.jitalloc.modules.elf;

import java.nio.ByteBuffer;

/**
 * One table of relocations with addends, read where it is: nothing is kept for an entry.
 *
 * @param table whole entries, from index 0 to the limit, in the file's order of bytes
 */
public record RelocationEntries(ByteBuffer table) {
  private static final int INFO_OFFSET = 8;

  /** {@return how many there are} */
  public int count() {
    return table.limit() / Elf.RELA_BYTES;
  }

  /**
   * Tells what an entry relocates.
   *
   * @param entry its index
   * @return the place in the section; not checked against its size
   */
  public long offset(int entry) {
    return table.getLong(entry * Elf.RELA_BYTES);
  }

  /**
   * Tells what an entry refers to.
   *
   * @param entry its index
   * @return the index of a symbol, unsigned; not checked against the count of symbols
   */
  public int symbol(int entry) {
    return (int) (info(entry) >>> Integer.SIZE);
  }

  /**
   * Tells how an entry relocates.
   *
   * @param entry its index
   * @return the architecture's number
   */
  public int type(int entry) {
    return (int) info(entry);
  }

  private long info(int entry) {
    return table.getLong(entry * Elf.RELA_BYTES + INFO_OFFSET);
  }
}
