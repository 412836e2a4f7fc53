package org.jitalloc.arch.s390.fixup;

import java.nio.ByteBuffer;

/** Relocates instructions to another address. */
final class MovedCode {
  private static final int HALFWORD = 2;

  private MovedCode() {}

  /**
   * Copies instructions, corrects their distances except those to targets among themselves, and
   * pads with no-operations.
   *
   * @param code the instructions
   * @param from their address
   * @param to the new address
   * @param bytes the length of the copy
   * @return the copy
   * @throws IllegalArgumentException if an instruction is truncated, or a target is out of reach
   */
  static byte[] move(byte[] code, long from, long to, int bytes) {
    ByteBuffer moved = ByteBuffer.allocate(bytes).put(code);
    for (int at = 0; at < code.length; at += insnBytes(code[at])) {
      if (at + insnBytes(code[at]) > code.length || code.length % HALFWORD != 0) {
        throw new IllegalArgumentException("instruction at 0x%x is cut".formatted(from + at));
      }
      long distance = HALFWORD * distance(moved, at);
      long target = at + distance;
      if (distanceBytes(code, at) > 0 && (target < 0 || target > code.length)) {
        put(moved, at, distanceBytes(code, at), (distance + from - to) / HALFWORD);
      }
    }
    while (moved.hasRemaining()) {
      pad(moved);
    }
    return moved.array();
  }

  /** {@return the length of an instruction, by the two highest bits} */
  private static int insnBytes(byte first) {
    return switch (first >> 6 & 3) {
      case 0 -> 2;
      case 3 -> 6;
      default -> 4;
    };
  }

  /** {@return the length of the distance after the first halfword in bytes; 0 if there is none} */
  private static int distanceBytes(byte[] code, int at) {
    int first = code[at] & 0xff;
    int second = code[at + 1] & 0xf;
    return switch (first) {
      case 0xc0 -> second == 0 || second == 4 || second == 5 ? 4 : 0;
      case 0xc4, 0xc6 -> 4;
      case 0xcc -> second == 6 ? 4 : 0;
      case 0xa7 -> second >= 4 && second <= 7 ? 2 : 0;
      case 0x84, 0x85 -> 2;
      case 0xec -> isCompareAndBranch(code[at + 5] & 0xff) ? 2 : 0;
      default -> 0;
    };
  }

  /** BRXHG, BRXLG, and compare-and-branch-relative in its forms (RIE). */
  private static boolean isCompareAndBranch(int last) {
    return last == 0x44
        || last == 0x45
        || last == 0x64
        || last == 0x65
        || last >= 0x76 && last <= 0x77
        || last >= 0x7c && last <= 0x7f;
  }

  private static long distance(ByteBuffer code, int at) {
    return switch (distanceBytes(code.array(), at)) {
      case 4 -> code.getInt(at + HALFWORD);
      case 2 -> code.getShort(at + HALFWORD);
      default -> 0;
    };
  }

  private static void put(ByteBuffer code, int at, int bytes, long distance) {
    if (bytes == 4 && distance == (int) distance) {
      code.putInt(at + HALFWORD, (int) distance);
    } else if (bytes == 2 && distance == (short) distance) {
      code.putShort(at + HALFWORD, (short) distance);
    } else {
      throw new IllegalArgumentException(
          "distance of %d halfwords does not fit %d bytes when moved".formatted(distance, bytes));
    }
  }

  /** Pads with branches with an empty mask: BRCL, BC, BCR. */
  private static void pad(ByteBuffer to) {
    switch (to.remaining()) {
      case 1, 3, 5 -> throw new IllegalArgumentException("no whole halfwords");
      case 2 -> to.putShort((short) 0x0700);
      case 4 -> to.putInt(0x47000000);
      default -> to.putShort((short) 0xc004).putInt(0);
    }
  }
}
