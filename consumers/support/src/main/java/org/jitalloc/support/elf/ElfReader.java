package org.jitalloc.support.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.fornwall.jelf.ElfDynamicSection;
import net.fornwall.jelf.ElfDynamicSection.ElfDynamicStructure;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfNoteSection;
import net.fornwall.jelf.ElfNoteSection.ElfNote;
import net.fornwall.jelf.ElfSegment;
import net.fornwall.jelf.ElfSymbol;
import net.fornwall.jelf.ElfSymbolTableSection;
import org.jspecify.annotations.Nullable;

/**
 * Reads ELF files of every type, class and byte order by jelf. jelf takes offsets, sizes and counts
 * from the file as they are; this class checks them against the file first, and asks jelf for no
 * section that it did not check. So a damaged file gives an {@link ElfFormatException}, and memory
 * in proportion to the size of the file is used.
 */
public final class ElfReader {
  private static final int NT_GNU_BUILD_ID = 3;
  private static final int MOST_INTERPRETER_BYTES = 4096;
  private static final int MOST_SHARED_NOTES = 4;

  private final ElfHeader header;
  private final ElfFile elf;
  private final List<SectionHeader> sections;

  private ElfReader(ElfHeader header) {
    this.header = header;
    sections = SectionHeader.readAll(header);
    elf = ElfFile.from(new CheckedFile(header.file()));
  }

  /**
   * Reads a file.
   *
   * @param file its bytes, from index 0 to the limit; they are not changed
   * @return what the file tells about itself
   * @throws ElfFormatException if the file is not ELF or its content is inconsistent
   */
  public static ElfSummary read(ByteBuffer file) {
    try {
      return new ElfReader(ElfHeader.read(file)).summary();
    } catch (ElfException | IndexOutOfBoundsException | NegativeArraySizeException inconsistent) {
      throw new ElfFormatException(inconsistent);
    }
  }

  private ElfSummary summary() {
    DynamicEntries dynamic = dynamicEntries();
    SectionHeader symbols = first(SectionHeader.SYMTAB);
    return new ElfSummary(
        kind(dynamic),
        header.is64() ? 64 : 32,
        header.file().order(),
        header.type(),
        header.machine(),
        header.word(24, 24),
        interpreter(),
        dynamic.first(ElfDynamicSection.DT_SONAME),
        dynamic.first(ElfDynamicSection.DT_RUNPATH),
        dynamic.strings(ElfDynamicSection.DT_NEEDED),
        buildId(),
        sections.size(),
        symbols == null ? 0 : symbols.requireEntries(symbolBytes()),
        dynamicSymbols());
  }

  private int symbolBytes() {
    return header.is64() ? 24 : 16;
  }

  /** {@return the first section of a type, or null} */
  private @Nullable SectionHeader first(int type) {
    return sections.stream().filter(section -> section.type() == type).findFirst().orElse(null);
  }

  private ElfKind kind(DynamicEntries dynamic) {
    int type = header.type();
    if ((type == ElfFile.ET_EXEC || type == ElfFile.ET_DYN) && hasSection("__ksymtab")) {
      return ElfKind.KERNEL;
    }
    return switch (type) {
      case ElfFile.ET_REL -> ElfKind.RELOCATABLE;
      case ElfFile.ET_EXEC -> ElfKind.EXECUTABLE;
      case ElfFile.ET_DYN -> dynamic.isPie() ? ElfKind.PIE : ElfKind.SHARED_OBJECT;
      case ElfFile.ET_CORE -> ElfKind.CORE_DUMP;
      default -> ElfKind.OTHER;
    };
  }

  private boolean hasSection(String name) {
    if (header.sectionNames() == 0) {
      return false;
    }
    Strings names = strings(0, header.sectionNames());
    return sections.stream()
        .anyMatch(section -> names.get(section.name() & 0xffffffffL).equals(name));
  }

  private Strings strings(int user, int index) {
    return Strings.of(header, elf, sections, user, index);
  }

  private Optional<String> interpreter() {
    for (int i = 0; i < header.segments().count(); i++) {
      if (elf.getProgramHeader(i).p_type == ElfSegment.PT_INTERP) {
        requireInterpreter(i);
        return Optional.ofNullable(elf.getProgramHeader(i).getIntepreter());
      }
    }
    return Optional.empty();
  }

  /** The path ends inside the segment; jelf reads until it finds a zero. */
  private void requireInterpreter(int segment) {
    long offset = requireSegment(segment);
    long bytes = segmentBytes(segment);
    if (bytes == 0 || bytes > MOST_INTERPRETER_BYTES) {
      throw new ElfFormatException("segment %d: an interpreter of %d bytes", segment, bytes);
    }
    if (header.file().get((int) (offset + bytes - 1)) != 0) {
      throw new ElfFormatException("segment %d: the interpreter does not end with 0", segment);
    }
  }

  /** {@return the offset of a segment, which is inside the file} */
  private long requireSegment(int segment) {
    int at = header.segments().at(segment);
    long offset = header.word(at + 4, at + 8);
    ElfHeader.requireInside(header.file(), "segment " + segment, offset, segmentBytes(segment));
    return offset;
  }

  private long segmentBytes(int segment) {
    int at = header.segments().at(segment);
    return header.word(at + 16, at + 32);
  }

  private DynamicEntries dynamicEntries() {
    SectionHeader section = first(SectionHeader.DYNAMIC);
    if (section == null) {
      return new DynamicEntries(List.of(), null);
    }
    int most = section.requireEntries(header.is64() ? 16 : 8);
    List<ElfDynamicStructure> entries =
        ((ElfDynamicSection) elf.getSection(section.index())).entries;
    if (entries.isEmpty()
        || entries.size() > most
        || entries.getLast().d_tag != ElfDynamicSection.DT_NULL) {
      throw new ElfFormatException(
          "section %d: %d dynamic entries, and none is DT_NULL", section.index(), most);
    }
    return new DynamicEntries(entries, strings(section.index(), section.link()));
  }

  /**
   * The dynamic section.
   *
   * @param entries its entries
   * @param names its string table, null without entries
   */
  private record DynamicEntries(List<ElfDynamicStructure> entries, @Nullable Strings names) {
    List<String> strings(int tag) {
      var strings = new ArrayList<String>();
      for (ElfDynamicStructure entry : entries) {
        if (entry.d_tag == tag && names != null) {
          strings.add(names.get(entry.d_val_or_ptr));
        }
      }
      return strings;
    }

    Optional<String> first(int tag) {
      return strings(tag).stream().findFirst();
    }

    boolean isPie() {
      return entries.stream()
          .anyMatch(
              entry ->
                  entry.d_tag == ElfDynamicSection.DT_FLAGS_1
                      && (entry.d_val_or_ptr & ElfDynamicSection.DF_1_PIE) != 0);
    }
  }

  private List<DynamicSymbol> dynamicSymbols() {
    SectionHeader section = first(SectionHeader.DYNSYM);
    if (section == null) {
      return List.of();
    }
    section.requireEntries(symbolBytes());
    Strings names = strings(section.index(), section.link());
    var symbols = new ArrayList<DynamicSymbol>();
    for (ElfSymbol symbol : ((ElfSymbolTableSection) elf.getSection(section.index())).symbols) {
      if (symbol.st_name != 0) {
        symbols.add(
            new DynamicSymbol(
                names.get(symbol.st_name & 0xffffffffL),
                symbol.st_shndx != 0,
                header.is64() ? symbol.st_value : symbol.st_value & 0xffffffffL,
                header.is64() ? symbol.st_size : symbol.st_size & 0xffffffffL,
                symbol.getType(),
                symbol.getBinding()));
      }
    }
    return symbols;
  }

  private Optional<String> buildId() {
    // Segments and sections overlap, but a file that lists the same notes often is not valid.
    long bytesLeft = MOST_SHARED_NOTES * (long) header.file().limit();
    for (int i = 0; i < header.segments().count(); i++) {
      if (elf.getProgramHeader(i).p_type == ElfSegment.PT_NOTE && segmentBytes(i) > 0) {
        requireSegment(i);
        bytesLeft = charge(bytesLeft, segmentBytes(i));
        Optional<String> found = buildId(elf.getProgramHeader(i).notes());
        if (found.isPresent()) {
          return found;
        }
      }
    }
    for (SectionHeader section : sections) {
      if (section.type() == SectionHeader.NOTE && section.bytes() > 0) {
        bytesLeft = charge(bytesLeft, section.bytes());
        Optional<String> found =
            buildId(((ElfNoteSection) elf.getSection(section.index())).notes());
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private long charge(long bytesLeft, long bytes) {
    if (bytes > bytesLeft) {
      throw new ElfFormatException(
          "notes overlap: together more than %d times as long as the file of 0x%x bytes",
          MOST_SHARED_NOTES, header.file().limit());
    }
    return bytesLeft - bytes;
  }

  private static Optional<String> buildId(List<ElfNote> notes) {
    return notes.stream()
        .filter(note -> note.type == NT_GNU_BUILD_ID && note.name.equals("GNU"))
        .map(note -> HexFormat.of().formatHex(note.descriptorBytes()))
        .findFirst();
  }
}
