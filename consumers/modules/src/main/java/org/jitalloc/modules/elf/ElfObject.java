package org.jitalloc.modules.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/**
 * An ELF relocatable of 64 bits, read where its file is. What is wrong is found here, when it is
 * read, or when the symbol or name in question is asked for; nothing is read that was not checked.
 * For one thread, as long as the bytes are the file's.
 */
public final class ElfObject implements RelocatableObject {
  private static final int MAGIC = 0x7f454c46;
  private static final int CLASS_64 = 2;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ByteBuffer file;
  private final int machine;
  private final SectionTable sections;
  private final ByteBuffer symbols;
  private final StringTable symbolNames;
  private final int symbolCount;

  /** The sections that hold relocations of sections that are loaded. */
  private final int[] relocationSections;

  private final boolean forProcess;

  /** The sections of symbols, where they do not fit the symbols; or nothing. */
  private final ByteBuffer symbolSections;

  private ElfObject(ByteBuffer file, boolean forProcess) {
    this.file = file;
    this.forProcess = forProcess;
    machine = file.getShort(18) & 0xffff;
    sections = SectionTable.read(file);
    int symtab = sections.findSymbols();
    if (symtab == SectionTable.NOT_FOUND) {
      if (!forProcess) {
        throw new ModuleException(Reason.MALFORMED, "there is no symbol table");
      }
      symbols = NOTHING.order(file.order());
      symbolNames = StringTable.EMPTY;
    } else {
      symbols = sections.table(file, symtab, Elf.SYMBOL_BYTES);
      symbolNames = sections.strings(file, sections.links[symtab], "symbol names");
    }
    symbolCount = symbols.limit() / Elf.SYMBOL_BYTES;
    symbolNames.requireSmall(i -> symbols.getInt(i * Elf.SYMBOL_BYTES), symbolCount, "symbol");
    int indexes = forProcess ? sections.findLinked(Elf.SHT_SYMTAB_SHNDX, symtab) : -1;
    symbolSections =
        indexes == SectionTable.NOT_FOUND ? NOTHING : sections.table(file, indexes, Integer.BYTES);
    relocationSections = sections.findRelocations(symtab);
    for (int section : relocationSections) {
      sections.table(file, section, Elf.RELA_BYTES);
    }
  }

  /**
   * Reads an object.
   *
   * @param file its bytes in the heap, from index 0 to the limit
   * @return the object
   * @throws ModuleException NOT_A_MODULE, MALFORMED or UNSUPPORTED, with what is wrong
   */
  public static ElfObject read(ByteBuffer file) {
    return read(file, false);
  }

  private static ElfObject read(ByteBuffer file, boolean forProcess) {
    if (file.limit() < Elf.HEADER_BYTES
        || file.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0) != MAGIC) {
      throw notAModule("it does not begin as an ELF file does: bytes=%d", file.limit());
    }
    int fileClass = file.get(4);
    int data = file.get(5);
    if (fileClass != CLASS_64 || data != 1 && data != 2) {
      throw notAModule(
          "class %d, data %d: not of 64 bits: %s", fileClass, data, OtherElf.describe(file));
    }
    ByteBuffer ordered =
        file.slice(0, file.limit())
            .order(data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int type = ordered.getShort(16) & 0xffff;
    if (type != Elf.ET_REL) {
      throw notAModule("file type %d is not relocatable: %s", type, OtherElf.describe(file));
    }
    return new ElfObject(ordered, forProcess);
  }

  /**
   * Reads an object that has to be of an architecture.
   *
   * @param file its bytes in the heap, from index 0 to the limit
   * @param codec of the architecture
   * @return the object
   * @throws ModuleException NOT_A_MODULE, MALFORMED or UNSUPPORTED, with what is wrong
   */
  public static ElfObject read(ByteBuffer file, ElfCodec codec) {
    return requireArch(read(file), codec);
  }

  /**
   * Reads an object that is to be loaded into this process. What kernels mean by names of sections
   * is not meant there, and it need not have symbols.
   *
   * @param file its bytes in the heap, from index 0 to the limit
   * @param codec of the architecture
   * @return the object
   * @throws ModuleException NOT_A_MODULE, MALFORMED or UNSUPPORTED, with what is wrong
   */
  public static ElfObject readForProcess(ByteBuffer file, ElfCodec codec) {
    return requireArch(read(file, true), codec);
  }

  private static ElfObject requireArch(ElfObject object, ElfCodec codec) {
    if (object.machine != codec.machine() || object.byteOrder() != codec.byteOrder()) {
      throw notAModule(
          "machine %d, %s: not of %s, which is machine %d",
          object.machine, object.byteOrder(), codec.arch(), codec.machine());
    }
    return object;
  }

  private static ModuleException notAModule(String problem, Object... values) {
    return new ModuleException(Reason.NOT_A_MODULE, problem.formatted(values));
  }

  /** {@return the number of the architecture} */
  public int machine() {
    return machine;
  }

  /** {@return the order of bytes} */
  public ByteOrder byteOrder() {
    return file.order();
  }

  @Override
  public int sectionCount() {
    return sections.count();
  }

  @Override
  public String sectionName(int section) {
    return sections.names[section];
  }

  /**
   * Gives a section's type.
   *
   * @param section its index
   * @return one of {@link Elf}'s {@code SHT_} numbers, or another
   */
  public int sectionType(int section) {
    return sections.types[section];
  }

  /**
   * Gives a section's flags.
   *
   * @param section its index
   * @return {@link Elf}'s {@code SHF_} bits
   */
  public long sectionFlags(int section) {
    return sections.flags[section];
  }

  /**
   * Gives a section's size.
   *
   * @param section its index
   * @return its size in bytes, not negative
   */
  public long sectionBytes(int section) {
    return sections.sizes[section];
  }

  /**
   * Gives a section's alignment.
   *
   * @param section its index
   * @return a power of two
   */
  public int sectionAlignBytes(int section) {
    return sections.aligns[section];
  }

  /**
   * Finds a section.
   *
   * @param name its name
   * @return the index of the first of that name, or -1
   */
  public int findSection(String name) {
    return Arrays.asList(sections.names).indexOf(name);
  }

  /**
   * Gives what a section holds.
   *
   * @param section its index; not one of zeros
   * @return its bytes in the file, from index 0 to the limit
   */
  public ByteBuffer sectionContent(int section) {
    return sections.slice(file, section);
  }

  /**
   * Gives what a section holds, if it is there.
   *
   * @param name its name
   * @return its bytes in the file, from index 0 to the limit; empty if there is no such section, or
   *     it is one of zeros
   */
  public Optional<ByteBuffer> sectionContent(String name) {
    int section = findSection(name);
    return section < 0 || sections.types[section] == Elf.SHT_NOBITS
        ? Optional.empty()
        : Optional.of(sectionContent(section));
  }

  /**
   * Copies what a section holds.
   *
   * @param section its index; not one of zeros
   * @param to where to
   * @param offset where there
   */
  public void copySection(int section, byte[] to, int offset) {
    file.get(sections.offsets[section], to, offset, (int) sections.sizes[section]);
  }

  @Override
  public boolean isCode(int section) {
    return (sections.flags[section] & Elf.SHF_EXECINSTR) != 0;
  }

  @Override
  public boolean isInit(int section) {
    return !forProcess && sections.names[section].startsWith(".init");
  }

  /** {@return whether it is for a process, and not a kernel module} */
  public boolean isForProcess() {
    return forProcess;
  }

  /**
   * Tells which COMDAT groups of sections the object has: of those with one signature, one object's
   * is enough.
   *
   * @return the sections of each, by the signature
   * @throws ModuleException MALFORMED if one is damaged
   */
  public Map<String, BitSet> comdatGroups() {
    Map<String, BitSet> groups = new HashMap<>();
    for (int i = 1; i < sectionCount(); i++) {
      if (sections.types[i] == Elf.SHT_GROUP) {
        IntBuffer words = sectionContent(i).order(byteOrder()).asIntBuffer();
        if (words.limit() > 0 && (words.get(0) & Elf.GRP_COMDAT) != 0) {
          groups.merge(signature(i), members(words), ElfObject::union);
        }
      }
    }
    return groups;
  }

  private String signature(int group) {
    int symbol = sections.infos[group];
    if (symbol <= 0 || symbol >= symbolCount) {
      throw new ModuleException(
          Reason.MALFORMED,
          "section %d: its group has the name of symbol %d of %d"
              .formatted(group, symbol, symbolCount));
    }
    String name = symbolName(symbol);
    int section = symbolSection(symbol);
    return name.isEmpty() && section < sectionCount() ? sectionName(section) : name;
  }

  private BitSet members(IntBuffer words) {
    var members = new BitSet();
    for (int i = 1; i < words.limit(); i++) {
      int member = words.get(i);
      if (member <= 0 || member >= sectionCount()) {
        throw new ModuleException(
            Reason.MALFORMED, "section %d of %d is in a group".formatted(member, sectionCount()));
      }
      members.set(member);
    }
    return members;
  }

  private static BitSet union(BitSet one, BitSet other) {
    one.or(other);
    return one;
  }

  @Override
  public int symbolCount() {
    return symbolCount;
  }

  @Override
  public int symbolSection(int symbol) {
    int section = symbols.getShort(symbol * Elf.SYMBOL_BYTES + 6) & 0xffff;
    if (section < Elf.SHN_LORESERVE_IN_FILE) {
      return section;
    }
    int at = symbol * Integer.BYTES;
    return section == Elf.SHN_XINDEX && at < symbolSections.limit()
        ? Math.min(symbolSections.getInt(at) & Integer.MAX_VALUE, Elf.SHN_LORESERVE - 1)
        : section - Elf.SHN_LORESERVE_IN_FILE + Elf.SHN_LORESERVE;
  }

  /**
   * Gives a symbol's value.
   *
   * @param symbol its index
   * @return the value: in a relocatable, an offset in its section
   */
  public long symbolValue(int symbol) {
    return symbols.getLong(symbol * Elf.SYMBOL_BYTES + 8);
  }

  /**
   * Gives a symbol's size.
   *
   * @param symbol its index
   * @return its size in bytes; 0 if that is not known
   */
  public long symbolBytes(int symbol) {
    return symbols.getLong(symbol * Elf.SYMBOL_BYTES + 16);
  }

  /**
   * Tells the visibility of a symbol.
   *
   * @param symbol its index
   * @return one of {@link Elf}'s {@code STB_} numbers, or another
   */
  public int symbolBinding(int symbol) {
    return symbols.get(symbol * Elf.SYMBOL_BYTES + 4) >>> 4 & 0xf;
  }

  /**
   * Tells what a symbol is.
   *
   * @param symbol its index
   * @return one of {@link Elf}'s {@code STT_} numbers, or another
   */
  public int symbolType(int symbol) {
    return symbols.get(symbol * Elf.SYMBOL_BYTES + 4) & 0xf;
  }

  /**
   * Gives a symbol's name.
   *
   * @param symbol its index
   * @return its name, often empty
   * @throws ModuleException MALFORMED if it is not among the strings
   */
  @Override
  public String symbolName(int symbol) {
    return symbolNames.get(symbols.getInt(symbol * Elf.SYMBOL_BYTES), "symbol", symbol);
  }

  /**
   * Tells how long a symbol's name is.
   *
   * @param symbol its index
   * @return how many bytes it has in UTF-8
   * @throws ModuleException MALFORMED if it is not among the strings
   */
  public int symbolNameBytes(int symbol) {
    return symbolNames.length(symbols.getInt(symbol * Elf.SYMBOL_BYTES), "symbol", symbol);
  }

  /**
   * Tells where a symbol's name is.
   *
   * @param symbol its index; {@link #symbolNameBytes} has been asked for it
   * @return where in {@link #array} it starts
   */
  public int symbolNameStart(int symbol) {
    return symbolNames.start(symbols.getInt(symbol * Elf.SYMBOL_BYTES));
  }

  /** {@return how many bytes the names of symbols have together} */
  public int symbolNamesBytes() {
    return symbolNames.bytes();
  }

  /**
   * Copies all names of symbols.
   *
   * @param to where to
   * @param offset where there
   */
  public void copySymbolNames(byte[] to, int offset) {
    System.arraycopy(file.array(), symbolNames.start(0), to, offset, symbolNames.bytes());
  }

  /**
   * Copies entries of the table of symbols.
   *
   * @param from the index of the first symbol
   * @param count how many
   * @param to where to
   * @param offset where there
   */
  public void copySymbols(int from, int count, byte[] to, int offset) {
    symbols.get(from * Elf.SYMBOL_BYTES, to, offset, count * Elf.SYMBOL_BYTES);
  }

  /** {@return what the file is in; not a copy, not to be changed} */
  public byte[] array() {
    return file.array();
  }

  /**
   * Tells whether a symbol's name is where names are.
   *
   * @param symbol its index
   * @return whether it is
   */
  public boolean hasValidName(int symbol) {
    return symbolNames.holds(symbols.getInt(symbol * Elf.SYMBOL_BYTES));
  }

  @Override
  public int relocationTableCount() {
    return relocationSections.length;
  }

  @Override
  public int relocatedSection(int table) {
    return sections.infos[relocationSections[table]];
  }

  @Override
  public ByteBuffer relocations(int table) {
    return sections.slice(file, relocationSections[table]);
  }

  /**
   * Gives the relocations of a section.
   *
   * @param section its index
   * @return the tables, one at most if a compiler made them; none if it is not loaded
   */
  public List<RelocationEntries> relocationsOf(int section) {
    return IntStream.range(0, relocationSections.length)
        .filter(table -> relocatedSection(table) == section)
        .mapToObj(table -> new RelocationEntries(relocations(table)))
        .toList();
  }
}
