package org.jitalloc.arch.arm64.elf;

import org.jitalloc.arch.support.elf.RelocationTypes;

/** The relocation types of the psABI by number. */
final class Types {
  static final int NONE = 0;

  /** An older number of NONE. */
  static final int NULL = 256;

  static final int ABS64 = 257;
  static final int ABS32 = 258;
  static final int ABS16 = 259;
  static final int PREL64 = 260;
  static final int PREL32 = 261;
  static final int PREL16 = 262;
  static final int MOVW_UABS_G0 = 263;
  static final int MOVW_UABS_G0_NC = 264;
  static final int MOVW_UABS_G1 = 265;
  static final int MOVW_UABS_G1_NC = 266;
  static final int MOVW_UABS_G2 = 267;
  static final int MOVW_UABS_G2_NC = 268;
  static final int MOVW_UABS_G3 = 269;
  static final int MOVW_SABS_G0 = 270;
  static final int MOVW_SABS_G1 = 271;
  static final int MOVW_SABS_G2 = 272;
  static final int LD_PREL_LO19 = 273;
  static final int ADR_PREL_LO21 = 274;
  static final int ADR_PREL_PG_HI21 = 275;
  static final int ADR_PREL_PG_HI21_NC = 276;
  static final int ADD_ABS_LO12_NC = 277;
  static final int LDST8_ABS_LO12_NC = 278;
  static final int TSTBR14 = 279;
  static final int CONDBR19 = 280;
  static final int JUMP26 = 282;
  static final int CALL26 = 283;
  static final int LDST16_ABS_LO12_NC = 284;
  static final int LDST32_ABS_LO12_NC = 285;
  static final int LDST64_ABS_LO12_NC = 286;
  static final int MOVW_PREL_G0 = 287;
  static final int MOVW_PREL_G0_NC = 288;
  static final int MOVW_PREL_G1 = 289;
  static final int MOVW_PREL_G1_NC = 290;
  static final int MOVW_PREL_G2 = 291;
  static final int MOVW_PREL_G2_NC = 292;
  static final int MOVW_PREL_G3 = 293;
  static final int LDST128_ABS_LO12_NC = 299;
  static final int GOT_LD_PREL19 = 309;
  static final int ADR_GOT_PAGE = 311;
  static final int LD64_GOT_LO12_NC = 312;
  static final int LD64_GOTPAGE_LO15 = 313;
  static final int PLT32 = 314;
  static final int GOTPCREL32 = 315;

  // Types of linked files and of thread-local storage (512 and up) are refused.
  static final RelocationTypes TABLE =
      new RelocationTypes("R_AARCH64_")
          .applied(0, NONE, "NONE")
          .applied(0, NULL, "NULL")
          .applied(8, ABS64, "ABS64")
          .applied(4, ABS32, "ABS32")
          .applied(2, ABS16, "ABS16")
          .applied(8, PREL64, "PREL64")
          .applied(4, PREL32, "PREL32")
          .applied(2, PREL16, "PREL16")
          .applied(4, MOVW_UABS_G0, "MOVW_UABS_G0", "MOVW_UABS_G0_NC")
          .applied(4, MOVW_UABS_G1, "MOVW_UABS_G1", "MOVW_UABS_G1_NC")
          .applied(4, MOVW_UABS_G2, "MOVW_UABS_G2", "MOVW_UABS_G2_NC", "MOVW_UABS_G3")
          .applied(4, MOVW_SABS_G0, "MOVW_SABS_G0", "MOVW_SABS_G1", "MOVW_SABS_G2")
          .applied(4, LD_PREL_LO19, "LD_PREL_LO19", "ADR_PREL_LO21")
          .applied(4, ADR_PREL_PG_HI21, "ADR_PREL_PG_HI21", "ADR_PREL_PG_HI21_NC")
          .applied(4, ADD_ABS_LO12_NC, "ADD_ABS_LO12_NC", "LDST8_ABS_LO12_NC")
          .applied(4, TSTBR14, "TSTBR14", "CONDBR19")
          .applied(4, JUMP26, "JUMP26", "CALL26")
          .applied(4, LDST16_ABS_LO12_NC, "LDST16_ABS_LO12_NC", "LDST32_ABS_LO12_NC")
          .applied(4, LDST64_ABS_LO12_NC, "LDST64_ABS_LO12_NC")
          .applied(4, MOVW_PREL_G0, "MOVW_PREL_G0", "MOVW_PREL_G0_NC")
          .applied(4, MOVW_PREL_G1, "MOVW_PREL_G1", "MOVW_PREL_G1_NC")
          .applied(4, MOVW_PREL_G2, "MOVW_PREL_G2", "MOVW_PREL_G2_NC", "MOVW_PREL_G3")
          .applied(4, LDST128_ABS_LO12_NC, "LDST128_ABS_LO12_NC")
          .refused(300, "MOVW_GOTOFF_G0", "MOVW_GOTOFF_G0_NC", "MOVW_GOTOFF_G1")
          .refused(303, "MOVW_GOTOFF_G1_NC", "MOVW_GOTOFF_G2", "MOVW_GOTOFF_G2_NC")
          .refused(306, "MOVW_GOTOFF_G3", "GOTREL64", "GOTREL32")
          .applied(4, GOT_LD_PREL19, "GOT_LD_PREL19")
          .refused(310, "LD64_GOTOFF_LO15")
          .applied(4, ADR_GOT_PAGE, "ADR_GOT_PAGE", "LD64_GOT_LO12_NC", "LD64_GOTPAGE_LO15")
          .applied(4, PLT32, "PLT32", "GOTPCREL32")
          .refused(512, "TLSGD_ADR_PREL21", "TLSGD_ADR_PAGE21", "TLSGD_ADD_LO12_NC")
          .refused(541, "TLSIE_ADR_GOTTPREL_PAGE21", "TLSIE_LD64_GOTTPREL_LO12_NC")
          .refused(549, "TLSLE_ADD_TPREL_HI12", "TLSLE_ADD_TPREL_LO12", "TLSLE_ADD_TPREL_LO12_NC")
          .refused(562, "TLSDESC_ADR_PAGE21", "TLSDESC_LD64_LO12", "TLSDESC_ADD_LO12")
          .refused(569, "TLSDESC_CALL")
          .refused(1024, "COPY", "GLOB_DAT", "JUMP_SLOT", "RELATIVE");

  private Types() {}

  /** Tests whether a type uses a slot with an address. */
  static boolean usesGotSlot(int type) {
    return switch (type) {
      case GOT_LD_PREL19, ADR_GOT_PAGE, LD64_GOT_LO12_NC, LD64_GOTPAGE_LO15, GOTPCREL32 -> true;
      default -> false;
    };
  }

  /** Tests whether a type is a direct branch, which may use a slot. */
  static boolean isBranch(int type) {
    return type == JUMP26 || type == CALL26;
  }

  /** Tests whether a type is that of an ADRP. */
  static boolean isAdrp(int type) {
    return type == ADR_PREL_PG_HI21 || type == ADR_PREL_PG_HI21_NC || type == ADR_GOT_PAGE;
  }
}
