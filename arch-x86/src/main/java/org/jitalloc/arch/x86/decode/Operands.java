package org.jitalloc.arch.x86.decode;

/** Decodes ModRM, SIB, displacement and immediate, which follow the opcode. */
final class Operands {
  private static final int REGISTERS_MODE = 3;
  private static final int SIB_FOLLOWS = 4;
  private static final int NO_BASE = 5;

  private Operands() {}

  /** {@return the index after the instruction, or {@link Decoder#STOP}} */
  static int read(byte[] code, int at, int limit, DecodedInstruction i) {
    byte shape = Decoder.SHAPES[i.encoding.page(i.map) << 8 | i.opcode];
    int next = at;
    if (hasModrm(shape)) {
      next = modrm(code, at, limit, shape, i);
      if (next == Decoder.STOP) {
        return next;
      }
    }
    int bytes = immediateBytes(shape, i);
    if (bytes == Decoder.STOP) {
      return Decoder.refuse(i, Outcome.VENDOR_DEPENDENT);
    }
    if (shape == Shape.ADDRESS) {
      i.displacementOffset = next - i.start;
      i.displacementBytes = i.hasPrefix(DecodedInstruction.ADDRESS_SIZE) ? 4 : 8;
      next += i.displacementBytes;
    } else if (bytes != 0) {
      i.immediateOffset = next - i.start;
      i.immediateBytes = bytes;
      next += bytes;
    }
    return next > limit ? Decoder.cut(i, limit) : next;
  }

  private static boolean hasModrm(byte shape) {
    return switch (shape) {
      case Shape.MODRM,
          Shape.REGISTERS,
          Shape.MODRM_BYTE,
          Shape.MODRM_WORD,
          Shape.MODRM_FOUR,
          Shape.TEST_BYTE,
          Shape.TEST_WORD,
          Shape.BIT_FIELD,
          Shape.ESCAPE ->
          true;
      default -> false;
    };
  }

  /** Decodes ModRM, and SIB and displacement as ModRM requires. */
  private static int modrm(byte[] code, int at, int limit, byte shape, DecodedInstruction i) {
    if (at == limit) {
      return Decoder.cut(i, limit);
    }
    i.modrmOffset = at - i.start;
    i.modrm = code[at] & 0xff;
    int next = at + 1;
    if (shape == Shape.REGISTERS) {
      i.modrm |= REGISTERS_MODE << 6;
    }
    int mod = i.mod();
    if (mod == REGISTERS_MODE) {
      return next;
    }
    int base = i.rm();
    if (base == SIB_FOLLOWS) {
      if (next == limit) {
        return Decoder.cut(i, limit);
      }
      i.hasSib = true;
      i.sib = code[next++] & 0xff;
      base = i.sib & 7;
    }
    int bytes = mod == 1 ? 1 : mod == 2 || base == NO_BASE ? 4 : 0;
    if (bytes == 0) {
      return next;
    }
    i.displacementOffset = next - i.start;
    i.displacementBytes = bytes;
    return next + bytes;
  }

  private static int immediateBytes(byte shape, DecodedInstruction i) {
    return switch (shape) {
      case Shape.BYTE, Shape.MODRM_BYTE, Shape.NEAR -> 1;
      case Shape.TWO -> 2;
      case Shape.THREE -> 3;
      case Shape.MODRM_FOUR -> 4;
      case Shape.WORD -> wordBytes(i);
      case Shape.MODRM_WORD -> i.modrm == 0xf8 && i.opcode == 0xc7 ? distance(i) : wordBytes(i);
      case Shape.FULL -> i.w == 1 ? 8 : wordBytes(i);
      case Shape.FAR -> distance(i);
      case Shape.TEST_BYTE -> i.reg() < 2 ? 1 : 0;
      case Shape.TEST_WORD -> i.reg() < 2 ? wordBytes(i) : 0;
      case Shape.BIT_FIELD -> i.mandatoryPrefix == 0 ? 0 : 2;
      // The suffix of 3DNow!, which is the only remaining instruction with 0F (0F 0F).
      case Shape.ESCAPE -> i.map == 1 ? 1 : 0;
      default -> 0;
    };
  }

  private static int wordBytes(DecodedInstruction i) {
    return i.hasPrefix(DecodedInstruction.OPERAND_SIZE) && i.w == 0 ? 2 : 4;
  }

  private static int distance(DecodedInstruction i) {
    return wordBytes(i) == 4 ? 4 : Decoder.STOP;
  }
}
