package org.jitalloc.modules.elf;

/** Numbers of the ELF format that modules use. */
public final class Elf {
  static final int HEADER_BYTES = 64;
  static final int SECTION_BYTES = 64;

  /** The length of an entry of a symbol table. */
  public static final int SYMBOL_BYTES = 24;

  static final int RELA_BYTES = 24;

  static final int ET_REL = 1;

  /** Nothing. */
  public static final int SHT_NULL = 0;

  static final int SHT_SYMTAB = 2;
  static final int SHT_STRTAB = 3;
  static final int SHT_RELA = 4;

  /** Zeros that take no room in the file. */
  public static final int SHT_NOBITS = 8;

  static final int SHT_REL = 9;

  /** Sections of which one object's are enough. */
  public static final int SHT_GROUP = 17;

  /** The indexes of sections of symbols, where they do not fit the symbols. */
  static final int SHT_SYMTAB_SHNDX = 18;

  /** A group that is taken once, whatever objects have it. */
  static final int GRP_COMDAT = 1;

  /** Can be written while it runs. */
  public static final long SHF_WRITE = 1;

  /** Is in memory while it runs. */
  public static final long SHF_ALLOC = 2;

  /** Holds instructions. */
  public static final long SHF_EXECINSTR = 4;

  /** Every thread has its own. */
  public static final long SHF_TLS = 0x400;

  /** Is compressed. */
  public static final long SHF_COMPRESSED = 0x800;

  /** Holds relocations that livepatch applies. */
  public static final long SHF_RELA_LIVEPATCH = 0x00100000;

  /** Symbols that are defined elsewhere. */
  public static final int SHN_UNDEF = 0;

  /*
   * In a file, the special values begin at 0xff00. An object may have that many sections, so here
   * they are where no index can be.
   */
  static final int SHN_LORESERVE_IN_FILE = 0xff00;

  /** Indexes of sections end here. */
  public static final int SHN_LORESERVE = 0x7fffff00;

  /** Symbols that livepatch finds. */
  public static final int SHN_LIVEPATCH = SHN_LORESERVE + 0x20;

  /** Symbols that are numbers. */
  public static final int SHN_ABS = SHN_LORESERVE + 0xf1;

  /** Variables that no object defines. */
  public static final int SHN_COMMON = SHN_LORESERVE + 0xf2;

  static final int SHN_XINDEX = 0xffff;

  /** Symbols that only their object sees. */
  public static final int STB_LOCAL = 0;

  /** Symbols that all objects see. */
  public static final int STB_GLOBAL = 1;

  /** Symbols that need not be there. */
  public static final int STB_WEAK = 2;

  /** One for the whole process, however many objects define it. */
  public static final int STB_GNU_UNIQUE = 10;

  /** Symbols that are data. */
  public static final int STT_OBJECT = 1;

  /** Symbols that every thread has its own of. */
  public static final int STT_TLS = 6;

  /** Functions that say where the function is that is meant. */
  public static final int STT_GNU_IFUNC = 10;

  private Elf() {}
}
