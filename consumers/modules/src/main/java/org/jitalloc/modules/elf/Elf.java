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

  /** Indexes of sections end here. */
  public static final int SHN_LORESERVE = 0xff00;

  /** Symbols that livepatch finds. */
  public static final int SHN_LIVEPATCH = 0xff20;

  /** Symbols that are numbers. */
  public static final int SHN_ABS = 0xfff1;

  /** Variables that no object defines. */
  public static final int SHN_COMMON = 0xfff2;

  static final int SHN_XINDEX = 0xffff;

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

  private Elf() {}
}
