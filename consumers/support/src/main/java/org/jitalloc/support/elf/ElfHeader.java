package org.jitalloc.support.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The header of an ELF file (gABI, chapter 4, "ELF Header"), with both header tables inside the
 * file.
 *
 * @param file the bytes of the file, in the byte order of the file
 * @param is64 whether the file is of class ELFCLASS64; else it is of class ELFCLASS32
 * @param segments the program headers
 * @param sections the section headers
 * @param sectionNames the index of the section with the names of sections, 0 if there is none
 */
record ElfHeader(ByteBuffer file, boolean is64, Table segments, Table sections, int sectionNames) {
  private static final int MAGIC = 0x7f454c46;
  private static final int IDENT_BYTES = 16;

  /** Counts and indexes of 0x8000 and more are negative in jelf. */
  private static final int MOST_ENTRIES = 0x7fff;

  /**
   * A table of headers.
   *
   * @param offset its offset in the file
   * @param entryBytes the length of an entry
   * @param count the number of entries
   */
  record Table(long offset, int entryBytes, int count) {
    int at(int index) {
      return (int) offset + entryBytes * index;
    }
  }

  static ElfHeader read(ByteBuffer bytes) {
    ByteBuffer file = bytes.slice(0, bytes.limit()).order(ByteOrder.BIG_ENDIAN);
    if (file.limit() < IDENT_BYTES || file.getInt(0) != MAGIC) {
      throw new ElfFormatException(
          "the file of %d bytes does not begin with 0x7f E L F", file.limit());
    }
    int fileClass = file.get(4);
    int data = file.get(5);
    if (fileClass < 1 || fileClass > 2 || data < 1 || data > 2) {
      throw new ElfFormatException("ELF class %d, data encoding %d: not defined", fileClass, data);
    }
    boolean is64 = fileClass == 2;
    file.order(data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    if (file.limit() < (is64 ? 64 : 52)) {
      throw new ElfFormatException("the file of %d bytes ends in the ELF header", file.limit());
    }
    return is64
        ? read(file, true, file.getLong(32), file.getLong(40), 54)
        : read(file, false, unsigned(file, 28), unsigned(file, 32), 42);
  }

  private static ElfHeader read(
      ByteBuffer file, boolean is64, long segmentOffset, long sectionOffset, int counts) {
    int sectionCount = half(file, counts + 6);
    int names = half(file, counts + 8);
    if (sectionCount == 0 && sectionOffset != 0 || half(file, counts + 2) == 0xffff) {
      throw new ElfFormatException(
          "extended numbering of sections or segments (more than %d) is not supported",
          MOST_ENTRIES);
    }
    Table segments =
        table(
            file,
            "program",
            segmentOffset,
            half(file, counts),
            half(file, counts + 2),
            is64 ? 56 : 32);
    Table sections =
        table(file, "section", sectionOffset, half(file, counts + 4), sectionCount, is64 ? 64 : 40);
    if (names >= Math.max(1, sections.count)) {
      throw new ElfFormatException("section names are in section %d of %d", names, sections.count);
    }
    return new ElfHeader(file, is64, segments, sections, names);
  }

  private static Table table(
      ByteBuffer file, String what, long offset, int entryBytes, int count, int entryExpected) {
    if (count == 0) {
      return new Table(0, entryExpected, 0);
    }
    if (entryBytes != entryExpected) {
      throw new ElfFormatException(
          "%s headers of %d bytes, not %d", what, entryBytes, entryExpected);
    }
    if (count > MOST_ENTRIES) {
      throw new ElfFormatException(
          "%d %s headers: more than %d are not supported", count, what, MOST_ENTRIES);
    }
    requireInside(file, "%d %s headers".formatted(count, what), offset, (long) count * entryBytes);
    return new Table(offset, entryBytes, count);
  }

  /** Refuses a range that is not inside the file. */
  static void requireInside(ByteBuffer file, String what, long offset, long bytes) {
    if (offset < 0 || bytes < 0 || offset > file.limit() || bytes > file.limit() - offset) {
      throw new ElfFormatException(
          "%s: offset 0x%x, size 0x%x: not inside the file of 0x%x bytes",
          what, offset, bytes, file.limit());
    }
  }

  int type() {
    return half(file, 16);
  }

  int machine() {
    return half(file, 18);
  }

  /** {@return a word of the class of the file at an offset that differs by the class} */
  long word(int at32, int at64) {
    return is64 ? file.getLong(at64) : unsigned(file, at32);
  }

  private static int half(ByteBuffer file, int at) {
    return file.getShort(at) & 0xffff;
  }

  private static long unsigned(ByteBuffer file, int at) {
    return file.getInt(at) & 0xffffffffL;
  }
}
