package org.jitalloc.arch.x86.decode;

/** Checks the operands of an instruction: prefixes, W, L and ModRM together. */
final class OperandRules {
  private static final OpcodeTable TABLE = OpcodeTable.INSTANCE;

  private static final int REX_R = 0b100;
  private static final int REX_X = 0b10;
  private static final int REX_B = 0b1;
  private static final int FIRST_MPX = 0x11a;
  private static final int FIRST_CONTROL_MOVE = 0x120;
  private static final int THREE_D_NOW = 0x10f;

  /** Of EVEX: rounding or broadcast. */
  private static final int EVEX_B = 0x10;

  /** Of EVEX: elements that the mask excludes are zeroed, else they do not change. */
  private static final int EVEX_Z = 0x80;

  /** Of EVEX: the mask register. */
  private static final int EVEX_MASK = 0b111;

  /** Of EVEX: R' as encoded. */
  private static final int EVEX_HIGH_R = 0x100;

  private static final int NO_SOURCE = 0b1_1111;
  private static final int NO_SOURCE_WITHOUT_EVEX = 0b1111;

  /** Sets of opcodes of the one-byte map that take LOCK: ADD, OR, ADC, SBB, AND, SUB, XOR. */
  private static final int LAST_LOCKABLE_ALU = 0x31;

  private OperandRules() {}

  static boolean exists(DecodedInstruction i) {
    int place = i.encoding.page(i.map) << 8 | i.opcode;
    if (place == THREE_D_NOW) {
      return TABLE.isThreeDNow(i.code[i.start + i.immediateOffset] & 0xff);
    }
    int registers = i.modrmOffset != 0 && i.mod() == 3 ? 1 : 0;
    long existing = TABLE.existing(place, i.reg());
    boolean rounds = (i.evex & EVEX_B) != 0 && registers == 1;
    if (!has(existing, rounds, registers, i)) {
      return false;
    }
    if (registers == 1 && !TABLE.hasRm(place, i.mandatoryPrefix, i.reg(), i.rm())) {
      return false;
    }
    if (i.encoding != Encoding.LEGACY) {
      return vectorExists(place, rounds, i);
    }
    return isBound(place, i) && isControl(place, i);
  }

  /** Of the control registers with REX.R, only CR8 is defined. */
  private static boolean isControl(int place, DecodedInstruction i) {
    boolean moves = (place & ~0b11) == FIRST_CONTROL_MOVE;
    if (!moves || (i.rex & REX_R) == 0) {
      return true;
    }
    boolean debugRegister = (place & 1) != 0;
    return !debugRegister && i.reg() == 0;
  }

  /** MPX has four bound registers; other encodings of these opcodes are NOPs with any registers. */
  private static boolean isBound(int place, DecodedInstruction i) {
    boolean mpx = (place & ~1) == FIRST_MPX;
    if (!mpx) {
      return true;
    }
    boolean high = (i.rex & REX_R) != 0;
    boolean special = i.mandatoryPrefix == 0 || i.mandatoryPrefix == 2 && place != FIRST_MPX;
    if (i.mod() != 3) {
      return !high && !(special && i.isRipRelative());
    }
    boolean moves = i.mandatoryPrefix == 1;
    return special || !high && !(moves && (i.rex & REX_B) != 0);
  }

  /** With EVEX.b and registers, L is the rounding mode, not the width. */
  private static boolean has(long set, boolean rounds, int registers, DecodedInstruction i) {
    int p = i.mandatoryPrefix;
    if (!rounds) {
      return (set >>> Combinations.bit(p, i.w, i.l, registers) & 1) != 0;
    }
    long wide =
        set >>> Combinations.bit(p, i.w, 1, registers)
            | set >>> Combinations.bit(p, i.w, 2, registers);
    return (wide & 1) != 0;
  }

  private static boolean vectorExists(int place, boolean rounds, DecodedInstruction i) {
    int registers = i.mod() == 3 && i.modrmOffset != 0 ? 1 : 0;
    boolean isIndexed = TABLE.vectorIndex(place);
    boolean hasSource = has(TABLE.sources(place, i.reg()), rounds, registers, i);
    if (!hasSource && !isEmptySource(isIndexed, i)) {
      return false;
    }
    if (isIndexed && !i.hasSib) {
      return false;
    }
    boolean evex = i.encoding == Encoding.EVEX;
    boolean mergesByMask = (i.evex & EVEX_Z) == 0 && (i.evex & EVEX_MASK) != 0;
    if (isIndexed && evex && !mergesByMask) {
      return false;
    }
    boolean toMask = has(TABLE.maskDestination(place, i.reg()), rounds, registers, i);
    if (toMask && !isMask(i)) {
      return false;
    }
    boolean fromMask = registers == 1 && has(TABLE.maskSource(place, i.reg()), rounds, 1, i);
    if (fromMask && (i.rex & REX_B) != 0) {
      return false;
    }
    return !TABLE.different(place) || areDifferent(isIndexed, i);
  }

  private static boolean isEmptySource(boolean isIndexed, DecodedInstruction i) {
    boolean five = i.encoding == Encoding.EVEX && !isIndexed;
    int empty = five ? NO_SOURCE : NO_SOURCE_WITHOUT_EVEX;
    return (i.vvvv & empty) == empty;
  }

  private static boolean isMask(DecodedInstruction i) {
    if ((i.rex & REX_R) != 0) {
      return false;
    }
    if (i.encoding == Encoding.EVEX) {
      return (i.evex & EVEX_HIGH_R) != 0;
    }
    return (i.vvvv & 0b1000) != 0;
  }

  private static boolean areDifferent(boolean isIndexed, DecodedInstruction i) {
    boolean evex = i.encoding == Encoding.EVEX;
    int high = evex && (i.evex & EVEX_HIGH_R) == 0 ? 16 : 0;
    int destination = i.reg() | (i.rex & REX_R) << 1 | high;
    int source = ~i.vvvv & (evex ? NO_SOURCE : NO_SOURCE_WITHOUT_EVEX);
    if (!isIndexed) {
      int other = i.rm() | (i.rex & REX_B) << 3 | (evex ? (i.rex & REX_X) << 3 : 0);
      boolean readsOther = i.mod() == 3;
      boolean clash = destination == source || readsOther && destination == other;
      return !clash && (evex || source != other);
    }
    int index = i.sib >> 3 & 7 | (i.rex & REX_X) << 2 | (evex ? source & 16 : 0);
    return destination != index && (evex || destination != source && source != index);
  }

  /** {@return whether an instruction takes a LOCK prefix} */
  static boolean isLockable(DecodedInstruction i) {
    boolean controlRegister = i.map == 1 && (i.opcode & ~2) == 0x20;
    if (controlRegister) {
      return true;
    }
    if (i.encoding != Encoding.LEGACY || !i.hasMemory()) {
      return false;
    }
    return switch (i.map) {
      case 0 -> isPrimaryLockable(i);
      case 1 ->
          switch (i.opcode) {
            case 0xab, 0xb3, 0xbb, 0xb0, 0xb1, 0xc0, 0xc1 -> true;
            case 0xba -> i.reg() > 4;
            case 0xc7 -> i.reg() == 1;
            default -> false;
          };
      default -> false;
    };
  }

  private static boolean isPrimaryLockable(DecodedInstruction i) {
    return switch (i.opcode) {
      case 0x80, 0x81, 0x83 -> i.reg() != 7;
      case 0x86, 0x87 -> true;
      case 0xf6, 0xf7 -> i.reg() == 2 || i.reg() == 3;
      case 0xfe, 0xff -> i.reg() < 2;
      default -> i.opcode <= LAST_LOCKABLE_ALU && (i.opcode & 6) == 0;
    };
  }
}
