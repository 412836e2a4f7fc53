package org.jitalloc.modules.elf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/** The section headers, each checked against the file. Immutable. */
final class SectionTable {
  /** More than any object asks for; a hostile one must not waste address space. */
  private static final long MOST_ALIGN_BYTES = 2 << 20;

  static final int NOT_FOUND = -1;

  final String[] names;
  final int[] types;
  final long[] flags;
  final int[] offsets;
  final long[] sizes;
  final int[] links;
  final int[] infos;
  final int[] aligns;
  final long[] entryBytes;

  /** Reads them from where the file's header says they are. */
  static SectionTable read(ByteBuffer file) {
    long offset = file.getLong(40);
    int entryBytes = file.getShort(58) & 0xffff;
    long count = file.getShort(60) & 0xffff;
    long names = file.getShort(62) & 0xffff;
    if (entryBytes != Elf.SECTION_BYTES) {
      throw malformed("section headers of %d bytes, not %d", entryBytes, Elf.SECTION_BYTES);
    }
    if (offset < Elf.HEADER_BYTES || offset > file.limit() - Elf.SECTION_BYTES) {
      throw malformed("section headers at 0x%x of 0x%x bytes", offset, file.limit());
    }
    // What does not fit the header is in the first section.
    if (count == 0) {
      count = file.getLong((int) offset + 32);
    }
    if (names == Elf.SHN_XINDEX) {
      names = file.getInt((int) offset + 40) & 0xffffffffL;
    }
    if (count <= 0 || count > (file.limit() - offset) / Elf.SECTION_BYTES) {
      throw malformed("%d section headers at 0x%x of 0x%x bytes", count, offset, file.limit());
    }
    if (names >= count) {
      throw malformed("section names in section %d of %d", names, count);
    }
    return new SectionTable(file, offset, (int) count, (int) names);
  }

  private static ModuleException malformed(String problem, Object... values) {
    return new ModuleException(Reason.MALFORMED, problem.formatted(values));
  }

  private SectionTable(ByteBuffer file, long tableOffset, int count, int namesIndex) {
    names = new String[count];
    types = new int[count];
    flags = new long[count];
    offsets = new int[count];
    sizes = new long[count];
    links = new int[count];
    infos = new int[count];
    aligns = new int[count];
    entryBytes = new long[count];
    for (int i = 0; i < count; i++) {
      readHeader(file, (int) tableOffset + Elf.SECTION_BYTES * i, i);
    }
    StringTable strings = strings(file, namesIndex, "section names");
    strings.requireSmall(
        i -> file.getInt((int) tableOffset + Elf.SECTION_BYTES * i), count, "section");
    for (int i = 0; i < count; i++) {
      names[i] = strings.get(file.getInt((int) tableOffset + Elf.SECTION_BYTES * i), "section", i);
    }
  }

  private void readHeader(ByteBuffer file, int at, int i) {
    types[i] = file.getInt(at + 4);
    flags[i] = file.getLong(at + 8);
    sizes[i] = file.getLong(at + 32);
    links[i] = file.getInt(at + 40);
    infos[i] = file.getInt(at + 44);
    entryBytes[i] = file.getLong(at + 56);
    if (i == 0) {
      require(types[0] == Elf.SHT_NULL, i, "the first section has type %d, not NULL", types[0]);
      return;
    }
    if (types[i] == Elf.SHT_NULL) {
      sizes[i] = 0;
      flags[i] = 0;
      return;
    }
    offsets[i] = checkBounds(file, i, file.getLong(at + 24));
    aligns[i] = checkAlign(i, file.getLong(at + 48));
  }

  private int checkBounds(ByteBuffer file, int i, long offset) {
    long size = sizes[i];
    require(size >= 0, i, "its size is 0x%x", size);
    if (types[i] == Elf.SHT_NOBITS) {
      return 0;
    }
    boolean inside = offset >= 0 && offset <= file.limit() && size <= file.limit() - offset;
    require(
        inside,
        i,
        "offset 0x%x, size 0x%x: not inside the file of 0x%x bytes",
        offset,
        size,
        (long) file.limit());
    return (int) offset;
  }

  private int checkAlign(int i, long align) {
    if (align == 0) {
      return 1;
    }
    boolean fine = Long.bitCount(align) == 1 && align > 0 && align <= MOST_ALIGN_BYTES;
    require(fine, i, "its alignment is 0x%x", align);
    return (int) align;
  }

  private static void require(boolean condition, int section, String problem, Object... values) {
    if (!condition) {
      throw malformed("section %d: %s", section, problem.formatted(values));
    }
  }

  int count() {
    return types.length;
  }

  /** The section that is the table of symbols, or -1. */
  int findSymbols() {
    int found = NOT_FOUND;
    for (int i = 1; i < count(); i++) {
      if (types[i] == Elf.SHT_SYMTAB) {
        if (found != NOT_FOUND) {
          throw malformed("sections %d and %d are both symbol tables", found, i);
        }
        found = i;
      }
    }
    return found;
  }

  /** The first section of a type that belongs to another, or -1. */
  int findLinked(int type, int to) {
    for (int i = 1; i < count(); i++) {
      if (types[i] == type && links[i] == to) {
        return i;
      }
    }
    return NOT_FOUND;
  }

  /** The sections that hold relocations of sections that are loaded. */
  int[] findRelocations(int symtab) {
    var found = new int[count()];
    int tables = 0;
    for (int i = 1; i < count(); i++) {
      if (isRelocations(i)) {
        if (types[i] == Elf.SHT_REL) {
          throw new ModuleException(
              Reason.UNSUPPORTED, "section %d: relocations without addends".formatted(i));
        }
        require(links[i] == symtab, i, "its symbols are in %d, not %d", links[i], symtab);
        found[tables++] = i;
      }
    }
    return Arrays.copyOf(found, tables);
  }

  /** Whether a section holds relocations that are for us, of a section that is loaded. */
  private boolean isRelocations(int i) {
    if (types[i] != Elf.SHT_RELA && types[i] != Elf.SHT_REL) {
      return false;
    }
    int section = infos[i];
    boolean isThere = section > 0 && section < count();
    require(isThere, i, "relocations of section %d of %d", section, count());
    return (flags[section] & Elf.SHF_ALLOC) != 0 && (flags[i] & Elf.SHF_RELA_LIVEPATCH) == 0;
  }

  /** A string table, if a section is one. */
  StringTable strings(ByteBuffer file, int section, String what) {
    if (section <= 0 || section >= count() || types[section] != Elf.SHT_STRTAB) {
      throw malformed("%s are said to be in section %d, which is no string table", what, section);
    }
    return new StringTable(file, offsets[section], (int) sizes[section], section);
  }

  /** A table of entries of one length. */
  ByteBuffer table(ByteBuffer file, int section, int bytesEach) {
    require(
        entryBytes[section] == bytesEach && sizes[section] % bytesEach == 0,
        section,
        "%d bytes of entries of %d: not whole entries of %d bytes",
        sizes[section],
        entryBytes[section],
        (long) bytesEach);
    return slice(file, section);
  }

  ByteBuffer slice(ByteBuffer file, int section) {
    return file.slice(offsets[section], (int) sizes[section]).order(file.order());
  }
}
