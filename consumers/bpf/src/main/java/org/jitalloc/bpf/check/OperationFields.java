package org.jitalloc.bpf.check;

import static org.jitalloc.arch.bpf.BpfOp.ADD;
import static org.jitalloc.arch.bpf.BpfOp.ALU;
import static org.jitalloc.arch.bpf.BpfOp.ALU64;
import static org.jitalloc.arch.bpf.BpfOp.ARSH;
import static org.jitalloc.arch.bpf.BpfOp.ATOMIC;
import static org.jitalloc.arch.bpf.BpfOp.CODE_MASK;
import static org.jitalloc.arch.bpf.BpfOp.JA;
import static org.jitalloc.arch.bpf.BpfOp.JMP;
import static org.jitalloc.arch.bpf.BpfOp.JMP32;
import static org.jitalloc.arch.bpf.BpfOp.JSLE;
import static org.jitalloc.arch.bpf.BpfOp.LDX;
import static org.jitalloc.arch.bpf.BpfOp.MEM;
import static org.jitalloc.arch.bpf.BpfOp.MEMSX;
import static org.jitalloc.arch.bpf.BpfOp.NEG;
import static org.jitalloc.arch.bpf.BpfOp.ST;
import static org.jitalloc.arch.bpf.BpfOp.STX;
import static org.jitalloc.arch.bpf.BpfOp.X;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Which operations there are, and which of its fields each one uses; the others have to be zero.
 */
final class OperationFields {

  private static final int DST = 1;
  private static final int SRC = 2;
  private static final int OFFSET = 4;
  private static final int IMM = 8;

  private static final int UNKNOWN = -1;

  /** The fields in use by operation; {@link #UNKNOWN} where there is no such operation. */
  private static final int[] USED = new int[256];

  private static final int[] ATOMICS = {
    BpfOp.ADD,
    BpfOp.OR,
    BpfOp.AND,
    BpfOp.XOR,
    BpfOp.ADD | BpfOp.FETCH,
    BpfOp.OR | BpfOp.FETCH,
    BpfOp.AND | BpfOp.FETCH,
    BpfOp.XOR | BpfOp.FETCH,
    BpfOp.XCHG,
    BpfOp.CMPXCHG
  };

  static {
    Arrays.fill(USED, UNKNOWN);
    arithmetic();
    jumps();
    accesses();
  }

  private OperationFields() {}

  private static void arithmetic() {
    for (int insnClass : new int[] {ALU, ALU64}) {
      for (int code = ADD; code <= ARSH; code += 0x10) {
        USED[code | insnClass] = DST | IMM;
        USED[code | insnClass | X] = DST | SRC;
      }
      for (int code : new int[] {BpfOp.DIV, BpfOp.MOD}) {
        USED[code | insnClass] |= OFFSET;
        USED[code | insnClass | X] |= OFFSET;
      }
      USED[BpfOp.MOV | insnClass | X] |= OFFSET;
      USED[NEG | insnClass] = DST;
      USED[NEG | insnClass | X] = UNKNOWN;
    }
    USED[BpfOp.LE] = DST | IMM;
    USED[BpfOp.BE] = DST | IMM;
    USED[BpfOp.BSWAP] = DST | IMM;
  }

  private static void jumps() {
    for (int insnClass : new int[] {JMP, JMP32}) {
      for (int code = JA + 0x10; code <= JSLE; code += 0x10) {
        USED[code | insnClass] = DST | OFFSET | IMM;
        USED[code | insnClass | X] = DST | SRC | OFFSET;
      }
      // CALL and EXIT stand among the conditions, of the class JMP alone.
      for (int code : new int[] {BpfOp.CALL & CODE_MASK, BpfOp.EXIT & CODE_MASK}) {
        USED[code | insnClass] = UNKNOWN;
        USED[code | insnClass | X] = UNKNOWN;
      }
    }
    USED[BpfOp.GOTO] = OFFSET;
    USED[BpfOp.GOTOL] = IMM;
    USED[BpfOp.CALL] = SRC | IMM;
    USED[BpfOp.CALLX] = DST;
    USED[BpfOp.EXIT] = 0;
  }

  private static void accesses() {
    USED[BpfOp.LDDW] = DST | SRC | IMM;
    for (int size = 0x00; size <= 0x18; size += 0x08) {
      USED[MEM | size | LDX] = DST | SRC | OFFSET;
      USED[MEM | size | ST] = DST | OFFSET | IMM;
      USED[MEM | size | STX] = DST | SRC | OFFSET;
      if (size != 0x18) {
        USED[MEMSX | size | LDX] = DST | SRC | OFFSET;
      }
    }
    USED[ATOMIC | STX] = DST | SRC | OFFSET | IMM;
    USED[ATOMIC | 0x18 | STX] = DST | SRC | OFFSET | IMM;
  }

  /** The rule that an instruction breaks by itself, whatever stands around it. */
  static Optional<String> brokenRule(BpfInsn insn) {
    int used = USED[insn.opcode()];
    if (used == UNKNOWN) {
      return Optional.of("there is no such operation");
    }
    return unusedField(insn, used).or(() -> registers(insn)).or(() -> variant(insn));
  }

  private static Optional<String> unusedField(BpfInsn insn, int used) {
    if ((used & DST) == 0 && insn.dst() != 0) {
      return reserved("dst", insn.dst());
    }
    if ((used & SRC) == 0 && insn.src() != 0) {
      return reserved("src", insn.src());
    }
    if ((used & OFFSET) == 0 && insn.offset() != 0) {
      return reserved("offset", insn.offset());
    }
    if ((used & IMM) == 0 && insn.imm() != 0) {
      return reserved("imm", insn.imm());
    }
    return Optional.empty();
  }

  private static Optional<String> reserved(String field, int value) {
    return Optional.of(
        "%s must be 0, it is %d: this operation does not use it".formatted(field, value));
  }

  private static Optional<String> registers(BpfInsn insn) {
    if (insn.dst() > BpfOp.FP) {
      return Optional.of(
          "there is no register r%d (dst); the last one is r10".formatted(insn.dst()));
    }
    if (insn.src() > BpfOp.FP) {
      return Optional.of(
          "there is no register r%d (src); the last one is r10".formatted(insn.src()));
    }
    if (writesFp(insn)) {
      return Optional.of("r10 must not be written");
    }
    return Optional.empty();
  }

  private static boolean writesFp(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.LD, LDX, ALU, ALU64 -> insn.dst() == BpfOp.FP;
      case STX -> BpfOp.isAtomic(insn) && loadsIntoSrc(insn.imm()) && insn.src() == BpfOp.FP;
      default -> false;
    };
  }

  private static boolean loadsIntoSrc(int atomic) {
    return (atomic & BpfOp.FETCH) != 0 && atomic != BpfOp.CMPXCHG;
  }

  /** The values that select one of several forms of an operation. */
  private static Optional<String> variant(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.LD ->
          oneOf("src", insn.src(), "only a plain constant, no map or other address", 0);
      case STX ->
          BpfOp.isAtomic(insn)
              ? oneOf("imm", insn.imm(), "an atomic operation of RFC 9669", ATOMICS)
              : Optional.empty();
      case ALU, ALU64 -> arithmeticVariant(insn);
      case JMP ->
          insn.opcode() == BpfOp.CALL
              ? oneOf("src", insn.src(), "0 calls a helper by number, 1 a local function", 0, 1)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> arithmeticVariant(BpfInsn insn) {
    boolean wide = insn.insnClass() == ALU64;
    return switch (BpfOp.code(insn)) {
      case BpfOp.END -> oneOf("imm", insn.imm(), "a width in bits", 16, 32, 64);
      case BpfOp.DIV, BpfOp.MOD ->
          oneOf("offset", insn.offset(), "0 divides unsigned, 1 signed", 0, 1);
      case BpfOp.MOV ->
          wide
              ? oneOf("offset", insn.offset(), "a width in bits, or 0", 0, 8, 16, 32)
              : oneOf("offset", insn.offset(), "a width in bits, or 0", 0, 8, 16);
      default -> Optional.empty();
    };
  }

  private static Optional<String> oneOf(String field, int value, String meaning, int... allowed) {
    for (int candidate : allowed) {
      if (candidate == value) {
        return Optional.empty();
      }
    }
    return Optional.of(
        "%s is %d, must be one of %s: %s"
            .formatted(field, value, Arrays.toString(allowed), meaning));
  }
}
