package org.jitalloc.support.elf;

import java.util.ArrayList;
import java.util.List;

/**
 * What is checked of a section before jelf reads it (gABI, chapter 4, "Sections"). Its bytes are
 * inside the file.
 *
 * @param index its index
 * @param name the offset of its name among the names of sections
 * @param type SHT_…
 * @param offset its offset in the file
 * @param bytes its size in the file, 0 for SHT_NOBITS
 * @param link the index of a section that its type needs
 * @param entryBytes the length of an entry, if it is a table
 */
record SectionHeader(
    int index, int name, int type, long offset, long bytes, int link, long entryBytes) {
  static final int SYMTAB = 2;
  static final int STRTAB = 3;
  static final int DYNAMIC = 6;
  static final int NOTE = 7;
  static final int DYNSYM = 11;
  private static final int NULL = 0;
  private static final int NOBITS = 8;

  /** {@return the sections of a file, by index} */
  static List<SectionHeader> readAll(ElfHeader header) {
    var sections = new ArrayList<SectionHeader>(header.sections().count());
    for (int i = 0; i < header.sections().count(); i++) {
      sections.add(read(header, i));
    }
    return sections;
  }

  private static SectionHeader read(ElfHeader header, int index) {
    int at = header.sections().at(index);
    int type = header.file().getInt(at + 4);
    boolean isEmpty = type == NULL || type == NOBITS;
    long offset = isEmpty ? 0 : header.word(at + 16, at + 24);
    long bytes = isEmpty ? 0 : header.word(at + 20, at + 32);
    ElfHeader.requireInside(header.file(), "section " + index, offset, bytes);
    return new SectionHeader(
        index,
        header.file().getInt(at),
        type,
        offset,
        bytes,
        header.file().getInt(at + (header.is64() ? 40 : 24)),
        header.word(at + 36, at + 56));
  }

  /**
   * Refuses a table whose size is not a multiple of the length of its entries.
   *
   * @return the number of entries
   */
  int requireEntries(int expectedBytes) {
    if (entryBytes != expectedBytes || bytes % expectedBytes != 0) {
      throw new ElfFormatException(
          "section %d: %d bytes of entries of %d: not whole entries of %d bytes",
          index, bytes, entryBytes, expectedBytes);
    }
    return (int) (bytes / expectedBytes);
  }
}
