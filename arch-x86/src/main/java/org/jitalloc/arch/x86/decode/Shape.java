package org.jitalloc.arch.x86.decode;

import java.util.Arrays;

/**
 * The operand bytes that follow an opcode: one letter for each opcode in tables of 16 by 16, as in
 * the opcode maps of the manuals.
 */
final class Shape {
  /** Nothing follows. */
  static final byte NONE = '.';

  /** A legacy prefix. */
  static final byte PREFIX = 'P';

  /** A REX prefix. */
  static final byte REX = 'R';

  /** An escape to another map. */
  static final byte ESCAPE = 'E';

  /** ModRM. */
  static final byte MODRM = 'm';

  /** ModRM that always has a register operand: moves of control and debug registers. */
  static final byte REGISTERS = 'c';

  /** ModRM and one byte. */
  static final byte MODRM_BYTE = 'B';

  /** ModRM and a number of the operand's size, at most 4 bytes. */
  static final byte MODRM_WORD = 'Z';

  /** ModRM and 4 bytes. */
  static final byte MODRM_FOUR = 'D';

  /** ModRM, and a byte if the instruction is TEST. */
  static final byte TEST_BYTE = '3';

  /** ModRM, and a number of the operand's size if the instruction is TEST. */
  static final byte TEST_WORD = '4';

  /** ModRM, and two bytes unless it has no mandatory prefix. */
  static final byte BIT_FIELD = 'q';

  /** One byte. */
  static final byte BYTE = 'b';

  /** Two bytes. */
  static final byte TWO = 'w';

  /** Three bytes: ENTER. */
  static final byte THREE = 'e';

  /** A number of the operand's size, at most 4 bytes. */
  static final byte WORD = 'z';

  /** A number of the operand's size. */
  static final byte FULL = 'v';

  /** An address. */
  static final byte ADDRESS = 'o';

  /** A distance of one byte. */
  static final byte NEAR = 'j';

  /** A distance of four bytes. */
  static final byte FAR = 'J';

  private static final String PRIMARY =
      """
      mmmmbz..mmmmbz.E
      mmmmbz..mmmmbz..
      mmmmbzP.mmmmbzP.
      mmmmbzP.mmmmbzP.
      RRRRRRRRRRRRRRRR
      ................
      ..EmPPPPzZbB....
      jjjjjjjjjjjjjjjj
      BZ.BmmmmmmmmmmmE
      ................
      oooo....bz......
      bbbbbbbbvvvvvvvv
      BBw.EEBZe.w..b..
      mmmm....mmmmmmmm
      jjjjbbbbJJ.j....
      P.PP..34......mm
      """;

  private static final String SECONDARY =
      """
      mmmm.........m.E
      mmmmmmmmmmmmmmmm
      cccc....mmmmmmmm
      ........E.E.....
      mmmmmmmmmmmmmmmm
      mmmmmmmmmmmmmmmm
      mmmmmmmmmmmmmmmm
      BBBBmmm.qmmmmmmm
      JJJJJJJJJJJJJJJJ
      mmmmmmmmmmmmmmmm
      ...mBmmm...mBmmm
      mmmmmmmmmmBmmmmm
      mmBmBBBm........
      mmmmmmmmmmmmmmmm
      mmmmmmmmmmmmmmmm
      mmmmmmmmmmmmmmmm
      """;

  private static final String VECTOR = SECONDARY.replaceAll("[^mB.\n]", "m");

  private Shape() {}

  /** {@return the letters of all maps, page by page} */
  static byte[] table() {
    var all = new byte[Encoding.PAGES << 8];
    Arrays.fill(all, MODRM);
    put(all, Encoding.LEGACY.page(0), PRIMARY);
    put(all, Encoding.LEGACY.page(1), SECONDARY);
    put(all, Encoding.VEX.page(1), VECTOR);
    put(all, Encoding.EVEX.page(1), VECTOR);
    put(all, Encoding.LEGACY.page(3), MODRM_BYTE);
    put(all, Encoding.VEX.page(3), MODRM_BYTE);
    put(all, Encoding.EVEX.page(3), MODRM_BYTE);
    put(all, Encoding.XOP.page(8), MODRM_BYTE);
    put(all, Encoding.XOP.page(10), MODRM_FOUR);
    return all;
  }

  private static void put(byte[] all, int page, String letters) {
    String joined = letters.replace("\n", "");
    for (int i = 0; i < 256; i++) {
      all[page << 8 | i] = (byte) joined.charAt(i);
    }
  }

  private static void put(byte[] all, int page, byte letter) {
    Arrays.fill(all, page << 8, (page + 1) << 8, letter);
  }
}
