package org.jitalloc.arch.x86.asm;

import java.util.HexFormat;

/** No-operations of any length. */
public final class Padding {
  /** The no-operations that the manuals of Intel and AMD recommend, by length. */
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
    to.bytes(nops(bytes), 0, bytes);
  }

  /**
   * Returns as few no-operations as possible.
   *
   * @param bytes their length together
   * @return the instructions
   */
  public static byte[] nops(int bytes) {
    var nops = new byte[bytes];
    for (int at = 0; at < bytes; ) {
      byte[] nop = NOPS[Math.min(bytes - at, NOPS.length) - 1];
      System.arraycopy(nop, 0, nops, at, nop.length);
      at += nop.length;
    }
    return nops;
  }

  private static byte[] nop(String bytes) {
    return HexFormat.of().parseHex(bytes);
  }
}
