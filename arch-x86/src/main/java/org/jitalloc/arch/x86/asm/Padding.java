package org.jitalloc.arch.x86.asm;

import java.util.HexFormat;

/** Instructions that do nothing, of any length. */
final class Padding {
  /** What the manuals of Intel and AMD recommend, by length. */
  private static final byte[][] NOPS = {
    nop("90"),
    nop("6690"),
    nop("0f1f00"),
    nop("0f1f4000"),
    nop("0f1f440000"),
    nop("660f1f440000"),
    nop("0f1f8000000000"),
    nop("0f1f840000000000"),
    nop("660f1f840000000000")
  };

  private Padding() {}

  static void emit(CodeBuffer to, int bytes) {
    for (int left = bytes; left > 0; left -= NOPS.length) {
      byte[] nop = NOPS[Math.min(left, NOPS.length) - 1];
      to.bytes(nop, 0, nop.length);
    }
  }

  private static byte[] nop(String bytes) {
    return HexFormat.of().parseHex(bytes);
  }
}
