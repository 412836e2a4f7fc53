package org.jitalloc.arch.x86.elf;

import org.jitalloc.arch.support.elf.RelocationTypes;

/** The relocation types of the psABI by number. */
final class Types {
  static final int NONE = 0;
  static final int ABS64 = 1;
  static final int PC32 = 2;
  static final int PLT32 = 4;
  static final int GOTPCREL = 9;
  static final int ABS32 = 10;
  static final int ABS32S = 11;
  static final int ABS16 = 12;
  static final int PC16 = 13;
  static final int ABS8 = 14;
  static final int PC8 = 15;
  static final int PC64 = 24;
  static final int GOTOFF64 = 25;
  static final int GOTPC32 = 26;
  static final int GOT64 = 27;
  static final int GOTPCREL64 = 28;
  static final int GOTPC64 = 29;
  static final int GOTPLT64 = 30;
  static final int PLTOFF64 = 31;
  static final int GOTPCRELX = 41;
  static final int REX_GOTPCRELX = 42;

  // Types of linked files, thread-local storage and symbol sizes are refused by name.
  static final RelocationTypes TABLE =
      new RelocationTypes("R_X86_64_")
          .applied(0, NONE, "NONE")
          .applied(8, ABS64, "64")
          .applied(4, PC32, "PC32")
          .refused(3, "GOT32")
          .applied(4, PLT32, "PLT32")
          .refused(5, "COPY", "GLOB_DAT", "JUMP_SLOT", "RELATIVE")
          .applied(4, GOTPCREL, "GOTPCREL", "32", "32S")
          .applied(2, ABS16, "16", "PC16")
          .applied(1, ABS8, "8", "PC8")
          .refused(16, "DTPMOD64", "DTPOFF64", "TPOFF64", "TLSGD", "TLSLD", "DTPOFF32")
          .refused(22, "GOTTPOFF", "TPOFF32")
          .applied(8, PC64, "PC64", "GOTOFF64")
          .applied(4, GOTPC32, "GOTPC32")
          .applied(8, GOT64, "GOT64", "GOTPCREL64", "GOTPC64", "GOTPLT64", "PLTOFF64")
          .refused(32, "SIZE32", "SIZE64", "GOTPC32_TLSDESC", "TLSDESC_CALL", "TLSDESC")
          .refused(37, "IRELATIVE", "RELATIVE64")
          .applied(4, GOTPCRELX, "GOTPCRELX", "REX_GOTPCRELX");

  private Types() {}

  /** Tests whether a type uses a slot with an address. */
  static boolean usesGotSlot(int type) {
    return switch (type) {
      case GOTPCREL, GOTPCRELX, REX_GOTPCRELX, GOT64, GOTPCREL64, GOTPLT64 -> true;
      default -> false;
    };
  }

  /** Tests whether a type uses the address of the GOT. */
  static boolean usesGotBase(int type) {
    return switch (type) {
      case GOTOFF64, GOTPC32, GOTPC64, PLTOFF64 -> true;
      default -> usesGotSlot(type);
    };
  }

  /** Tests whether a type may use a slot with a branch. */
  static boolean usesPltSlot(int type) {
    return type == PLT32;
  }
}
