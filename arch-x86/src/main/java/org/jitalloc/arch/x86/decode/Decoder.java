package org.jitalloc.arch.x86.decode;

/**
 * Decodes the parts of an instruction in 64-bit mode.
 *
 * <p>Bytes that are no known instruction are refused with the reason. Decoding takes about ten
 * nanoseconds for an instruction and allocates nothing. Thread-safe: all state is in the {@link
 * Instruction}.
 */
public final class Decoder {
  /*
   * Three steps. First what introduces the opcode: legacy prefixes, REX, VEX, XOP, EVEX; a REX
   * counts only right before the opcode, elsewhere the processor ignores it, and of F2 and F3 the
   * last counts. Then what follows it (Shape): ModRM, SIB, displacement, immediate. These two say
   * how long the instruction is. Last, whether there is such an instruction (OpcodeTable): prefix,
   * W, L and ModRM together.
   *
   * Each step gives the index behind what it read, or STOP once the outcome is known to be a
   * refusal.
   */
  static final int STOP = -1;

  static final byte[] SHAPES = Shape.table();

  private static final int OPERAND_SIZE_PREFIX = 1;
  private static final int REP_PREFIX = 2;
  private static final int REPNE_PREFIX = 3;

  private static final int FIRST_XOP_MAP = 8;
  private static final int NOT_BEFORE_VECTOR =
      DecodedInstruction.LOCK
          | DecodedInstruction.REP
          | DecodedInstruction.REPNE
          | DecodedInstruction.OPERAND_SIZE;

  private Decoder() {}

  /**
   * Decodes one instruction.
   *
   * @param code the code
   * @param start the index of the first byte of the instruction
   * @param end the index after the last byte that may be read
   * @param to receives the result
   * @return whether there is an instruction; else {@link DecodedInstruction#outcome} is the reason
   */
  public static boolean decode(byte[] code, int start, int end, DecodedInstruction to) {
    to.begin(code, start);
    int limit = Math.min(end, start + DecodedInstruction.MAX_BYTES);
    int at = introduction(code, start, limit, to);
    if (at != STOP) {
      at = Operands.read(code, at, limit, to);
    }
    if (at == STOP) {
      return false;
    }
    to.length = at - start;
    if (!OperandRules.exists(to)) {
      to.outcome = Outcome.UNDEFINED;
    } else if (to.hasPrefix(DecodedInstruction.LOCK) && !OperandRules.isLockable(to)) {
      to.outcome = Outcome.NOT_LOCKABLE;
    }
    return to.outcome == Outcome.DECODED;
  }

  static int refuse(DecodedInstruction i, Outcome why) {
    i.outcome = why;
    return STOP;
  }

  /** The end of the code, or of the longest instruction, was reached. */
  static int cut(DecodedInstruction i, int limit) {
    boolean all = limit - i.start == DecodedInstruction.MAX_BYTES;
    return refuse(i, all ? Outcome.TOO_LONG : Outcome.TRUNCATED);
  }

  /** Decodes prefixes and the opcode. */
  private static int introduction(byte[] code, int start, int limit, DecodedInstruction i) {
    int at = start;
    while (at < limit) {
      int b = code[at++] & 0xff;
      switch (SHAPES[b]) {
        case Shape.PREFIX -> {
          i.prefixes |= prefix(b, i);
          i.rex = 0;
        }
        case Shape.REX -> i.rex = b;
        case Shape.ESCAPE -> {
          return escape(b, code, at, limit, legacy(i));
        }
        default -> {
          return opcode(b, at, legacy(i));
        }
      }
    }
    return cut(i, limit);
  }

  private static int prefix(int b, DecodedInstruction i) {
    switch (b) {
      case 0x66 -> {
        return DecodedInstruction.OPERAND_SIZE;
      }
      case 0x67 -> {
        return DecodedInstruction.ADDRESS_SIZE;
      }
      case 0xf0 -> {
        return DecodedInstruction.LOCK;
      }
      case 0xf2 -> {
        i.mandatoryPrefix = REPNE_PREFIX;
        return DecodedInstruction.REPNE;
      }
      case 0xf3 -> {
        i.mandatoryPrefix = REP_PREFIX;
        return DecodedInstruction.REP;
      }
      case 0x2e -> {
        return DecodedInstruction.CS;
      }
      default -> {
        return DecodedInstruction.SEGMENT;
      }
    }
  }

  private static DecodedInstruction legacy(DecodedInstruction i) {
    boolean only = i.mandatoryPrefix == 0 && i.hasPrefix(DecodedInstruction.OPERAND_SIZE);
    if (only) {
      i.mandatoryPrefix = OPERAND_SIZE_PREFIX;
    }
    i.w = i.rex >> 3 & 1;
    return i;
  }

  private static int opcode(int b, int at, DecodedInstruction i) {
    i.opcode = b;
    i.opcodeOffset = at - 1 - i.start;
    return at;
  }

  private static int escape(int b, byte[] code, int at, int limit, DecodedInstruction i) {
    if (at == limit) {
      return cut(i, limit);
    }
    if (b == 0x0f) {
      return secondary(code, at, limit, i);
    }
    boolean isPop = b == 0x8f && (code[at] & 0x1f) < FIRST_XOP_MAP;
    if (isPop) {
      return opcode(b, at, i);
    }
    if (i.rex != 0 || i.hasPrefix(NOT_BEFORE_VECTOR)) {
      return refuse(i, Outcome.PREFIX_BEFORE_VECTOR);
    }
    return switch (b) {
      case 0xc5 -> vex2(code, at, limit, i);
      case 0xc4 -> vex3(Encoding.VEX, code, at, limit, i);
      case 0x62 -> evex(code, at, limit, i);
      default -> vex3(Encoding.XOP, code, at, limit, i);
    };
  }

  private static int secondary(byte[] code, int at, int limit, DecodedInstruction i) {
    int b = code[at] & 0xff;
    if (b != 0x38 && b != 0x3a) {
      i.map = 1;
      return opcode(b, at + 1, i);
    }
    i.map = b == 0x38 ? 2 : 3;
    if (at + 1 == limit) {
      return cut(i, limit);
    }
    return opcode(code[at + 1] & 0xff, at + 2, i);
  }

  private static int vex2(byte[] code, int at, int limit, DecodedInstruction i) {
    if (limit - at < 2) {
      return cut(i, limit);
    }
    int b = code[at];
    i.rex = ~b >> 5 & 0b100;
    return vector(Encoding.VEX, 1, b & 0x7f, code, at + 1, i);
  }

  private static int vex3(Encoding encoding, byte[] code, int at, int limit, DecodedInstruction i) {
    if (limit - at < 3) {
      return cut(i, limit);
    }
    int b = code[at];
    i.rex = ~b >> 5 & 0b111;
    return vector(encoding, b & 0x1f, code[at + 1], code, at + 2, i);
  }

  private static int evex(byte[] code, int at, int limit, DecodedInstruction i) {
    if (limit - at < 4) {
      return cut(i, limit);
    }
    int first = code[at];
    int second = code[at + 1];
    int third = code[at + 2];
    boolean reserved = (first & 0b1000) != 0 || (second & 0b100) == 0;
    boolean zeroesWithoutMask = (third & 0x87) == 0x80;
    if (reserved || zeroesWithoutMask) {
      return refuse(i, Outcome.UNDEFINED);
    }
    i.rex = ~first >> 5 & 0b111;
    int next = vector(Encoding.EVEX, first & 0b111, second, code, at + 3, i);
    i.evex = third & 0xff | (first & 0x10) << 4;
    i.l = third >> 5 & 0b11;
    i.vvvv |= (third & 0b1000) << 1;
    return next;
  }

  /** Decodes the common part of VEX, XOP and EVEX: W, vvvv, L and pp, then the opcode. */
  private static int vector(
      Encoding encoding, int map, int fields, byte[] code, int at, DecodedInstruction i) {
    if (!encoding.hasMap(map)) {
      return refuse(i, Outcome.UNDEFINED);
    }
    i.encoding = encoding;
    i.map = map;
    i.mandatoryPrefix = fields & 0b11;
    i.l = fields >> 2 & 1;
    i.vvvv = fields >> 3 & 0b1111;
    i.w = fields >> 7 & 1;
    return opcode(code[at] & 0xff, at + 1, i);
  }
}
