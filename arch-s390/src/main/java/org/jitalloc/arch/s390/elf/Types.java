package org.jitalloc.arch.s390.elf;

import org.jitalloc.arch.support.elf.RelocationTypes;

/** The relocation types of the ABI by number. */
final class Types {
  static final int NONE = 0;
  static final int ABS8 = 1;
  static final int ABS12 = 2;
  static final int ABS16 = 3;
  static final int ABS32 = 4;
  static final int PC32 = 5;
  static final int GOT12 = 6;
  static final int GOT32 = 7;
  static final int PLT32 = 8;
  static final int COPY = 9;
  static final int GOTOFF32 = 13;
  static final int GOTPC = 14;
  static final int GOT16 = 15;
  static final int PC16 = 16;
  static final int PC16DBL = 17;
  static final int PLT16DBL = 18;
  static final int PC32DBL = 19;
  static final int PLT32DBL = 20;
  static final int GOTPCDBL = 21;
  static final int ABS64 = 22;
  static final int PC64 = 23;
  static final int GOT64 = 24;
  static final int PLT64 = 25;
  static final int GOTENT = 26;
  static final int GOTOFF16 = 27;
  static final int GOTOFF64 = 28;
  static final int GOTPLT12 = 29;
  static final int GOTPLT16 = 30;
  static final int GOTPLT32 = 31;
  static final int GOTPLT64 = 32;
  static final int GOTPLTENT = 33;
  static final int PLTOFF16 = 34;
  static final int PLTOFF32 = 35;
  static final int PLTOFF64 = 36;
  static final int ABS20 = 57;
  static final int GOT20 = 58;
  static final int GOTPLT20 = 59;
  static final int PC12DBL = 62;
  static final int PLT12DBL = 63;
  static final int PC24DBL = 64;
  static final int PLT24DBL = 65;

  // Types of linked files and of thread-local storage are refused by name.
  static final RelocationTypes TABLE =
      new RelocationTypes("R_390_")
          .applied(0, NONE, "NONE")
          .applied(1, ABS8, "8")
          .applied(2, ABS12, "12", "16")
          .applied(4, ABS32, "32", "PC32")
          .applied(2, GOT12, "GOT12")
          .applied(4, GOT32, "GOT32", "PLT32")
          .refused(COPY, "COPY", "GLOB_DAT", "JMP_SLOT", "RELATIVE")
          .applied(4, GOTOFF32, "GOTOFF32", "GOTPC")
          .applied(2, GOT16, "GOT16", "PC16", "PC16DBL", "PLT16DBL")
          .applied(4, PC32DBL, "PC32DBL", "PLT32DBL", "GOTPCDBL")
          .applied(8, ABS64, "64", "PC64", "GOT64", "PLT64")
          .applied(4, GOTENT, "GOTENT")
          .applied(2, GOTOFF16, "GOTOFF16")
          .applied(8, GOTOFF64, "GOTOFF64")
          .applied(2, GOTPLT12, "GOTPLT12", "GOTPLT16")
          .applied(4, GOTPLT32, "GOTPLT32")
          .applied(8, GOTPLT64, "GOTPLT64")
          .applied(4, GOTPLTENT, "GOTPLTENT")
          .applied(2, PLTOFF16, "PLTOFF16")
          .applied(4, PLTOFF32, "PLTOFF32")
          .applied(8, PLTOFF64, "PLTOFF64")
          .refused(37, "TLS_LOAD", "TLS_GDCALL", "TLS_LDCALL", "TLS_GD32", "TLS_GD64")
          .refused(42, "TLS_GOTIE12", "TLS_GOTIE32", "TLS_GOTIE64", "TLS_LDM32", "TLS_LDM64")
          .refused(47, "TLS_IE32", "TLS_IE64", "TLS_IEENT", "TLS_LE32", "TLS_LE64")
          .refused(52, "TLS_LDO32", "TLS_LDO64", "TLS_DTPMOD", "TLS_DTPOFF", "TLS_TPOFF")
          .applied(4, ABS20, "20", "GOT20", "GOTPLT20")
          .refused(60, "TLS_GOTIE20", "IRELATIVE")
          .applied(2, PC12DBL, "PC12DBL", "PLT12DBL")
          .applied(3, PC24DBL, "PC24DBL", "PLT24DBL");

  private Types() {}

  /** Tests whether a type uses a slot with an address. */
  static boolean usesGotSlot(int type) {
    return switch (type) {
      case GOT12, GOT16, GOT20, GOT32, GOT64, GOTENT -> true;
      case GOTPLT12, GOTPLT16, GOTPLT20, GOTPLT32, GOTPLT64, GOTPLTENT -> true;
      default -> false;
    };
  }

  /** Tests whether a type uses the address of the GOT. */
  static boolean usesGotBase(int type) {
    return switch (type) {
      case GOTPC, GOTPCDBL, GOTOFF16, GOTOFF32, GOTOFF64, PLTOFF16, PLTOFF32, PLTOFF64 -> true;
      default -> usesGotSlot(type);
    };
  }

  /** Tests whether a type may use a slot with a branch. */
  static boolean usesPltSlot(int type) {
    return switch (type) {
      case PLT12DBL, PLT16DBL, PLT24DBL, PLT32DBL, PLT32, PLT64 -> true;
      case PLTOFF16, PLTOFF32, PLTOFF64 -> true;
      default -> false;
    };
  }
}
