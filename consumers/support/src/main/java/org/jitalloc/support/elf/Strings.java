package org.jitalloc.support.elf;

import java.util.List;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfStringTable;

/**
 * A string table. All strings together may be a few times as long as the table: many names that
 * share one long string would take much more memory than the file. For one thread.
 */
final class Strings {
  private static final int MOST_SHARING = 8;
  private static final long ALWAYS_ALLOWED_BYTES = 64 << 10;

  private final ElfStringTable table;
  private final SectionHeader section;
  private long bytesLeft;

  private Strings(ElfStringTable table, SectionHeader section) {
    this.table = table;
    this.section = section;
    bytesLeft = ALWAYS_ALLOWED_BYTES + MOST_SHARING * section.bytes();
  }

  /** Gives the string table of a section that refers to one. */
  static Strings of(
      ElfHeader header, ElfFile elf, List<SectionHeader> sections, int user, int index) {
    if (index <= 0 || index >= sections.size()) {
      throw new ElfFormatException(
          "section %d: its strings are in section %d of %d", user, index, sections.size());
    }
    SectionHeader section = sections.get(index);
    if (section.type() != SectionHeader.STRTAB) {
      throw new ElfFormatException(
          "section %d: its strings are in section %d, which has type %d, not SHT_STRTAB",
          user, index, section.type());
    }
    if (section.bytes() == 0
        || header.file().get((int) (section.offset() + section.bytes() - 1)) != 0) {
      throw new ElfFormatException("section %d: the strings do not end with 0", index);
    }
    return new Strings((ElfStringTable) elf.getSection(index), section);
  }

  String get(long offset) {
    if (offset < 0 || offset >= section.bytes()) {
      throw new ElfFormatException(
          "section %d: a string is at 0x%x of 0x%x bytes",
          section.index(), offset, section.bytes());
    }
    String string = table.get((int) offset);
    bytesLeft -= string.length();
    if (bytesLeft < 0) {
      throw new ElfFormatException(
          "section %d: names in %d bytes of strings overlap: together more than %d times as long",
          section.index(), section.bytes(), MOST_SHARING);
    }
    return string;
  }
}
