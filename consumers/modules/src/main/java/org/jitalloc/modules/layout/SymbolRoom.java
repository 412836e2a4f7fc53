package org.jitalloc.modules.layout;

import org.jitalloc.ModMemType;

/**
 * Where the symbols of a kernel module are in its own memories, behind everything else, as the
 * kernel has them (kernel/module/kallsyms.c, with CONFIG_KALLSYMS_ALL): all in INIT_DATA, and in
 * DATA those of memory that stays.
 *
 * @param core those that stay
 * @param whole all
 */
public record SymbolRoom(Tables core, Tables whole) {
  /** What {@code struct mod_kallsyms} takes, which leads to the tables in INIT_DATA. */
  static final int DIRECTORY_BYTES = 32;

  /**
   * The tables of symbols, at offsets in one memory.
   *
   * @param memory the memory
   * @param count how many symbols there are, the empty one with index 0 among them
   * @param entries where their entries are, as in an ELF file but with addresses for values
   * @param names where their names are, each with a 0 behind it
   * @param nameBytes how long these are together
   * @param letters where the letters are that nm has for them, a byte each
   */
  public record Tables(
      ModMemType memory, int count, int entries, int names, int nameBytes, int letters) {}
}
