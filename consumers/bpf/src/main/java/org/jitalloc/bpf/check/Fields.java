package org.jitalloc.bpf.check;

import static org.jitalloc.bpf.insn.Op.ADD;
import static org.jitalloc.bpf.insn.Op.ALU;
import static org.jitalloc.bpf.insn.Op.ALU64;
import static org.jitalloc.bpf.insn.Op.ARSH;
import static org.jitalloc.bpf.insn.Op.ATOMIC;
import static org.jitalloc.bpf.insn.Op.JA;
import static org.jitalloc.bpf.insn.Op.JMP;
import static org.jitalloc.bpf.insn.Op.JMP32;
import static org.jitalloc.bpf.insn.Op.JSLE;
import static org.jitalloc.bpf.insn.Op.LDX;
import static org.jitalloc.bpf.insn.Op.MEM;
import static org.jitalloc.bpf.insn.Op.MEMSX;
import static org.jitalloc.bpf.insn.Op.NEG;
import static org.jitalloc.bpf.insn.Op.ST;
import static org.jitalloc.bpf.insn.Op.STX;
import static org.jitalloc.bpf.insn.Op.X;

import java.util.Arrays;
import java.util.Optional;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.bpf.insn.Op;

/**
 * Which operations there are, and which of its fields each one uses; the others have to be zero.
 */
final class Fields {

  private static final int DST = 1;
  private static final int SRC = 2;
  private static final int OFFSET = 4;
  private static final int IMM = 8;

  private static final int UNKNOWN = -1;

  /** The fields in use by operation; {@link #UNKNOWN} where there is no such operation. */
  private static final int[] USED = new int[256];

  private static final int[] ATOMICS = {
    Op.ADD,
    Op.OR,
    Op.AND,
    Op.XOR,
    Op.ADD | Op.FETCH,
    Op.OR | Op.FETCH,
    Op.AND | Op.FETCH,
    Op.XOR | Op.FETCH,
    Op.XCHG,
    Op.CMPXCHG
  };

  static {
    Arrays.fill(USED, UNKNOWN);
    arithmetic();
    jumps();
    accesses();
  }

  private Fields() {}

  private static void arithmetic() {
    for (int insnClass : new int[] {ALU, ALU64}) {
      for (int code = ADD; code <= ARSH; code += 0x10) {
        USED[code | insnClass] = DST | IMM;
        USED[code | insnClass | X] = DST | SRC;
      }
      for (int code : new int[] {Op.DIV, Op.MOD}) {
        USED[code | insnClass] |= OFFSET;
        USED[code | insnClass | X] |= OFFSET;
      }
      USED[Op.MOV | insnClass | X] |= OFFSET;
      USED[NEG | insnClass] = DST;
      USED[NEG | insnClass | X] = UNKNOWN;
    }
    USED[Op.LE] = DST | IMM;
    USED[Op.BE] = DST | IMM;
    USED[Op.BSWAP] = DST | IMM;
  }

  private static void jumps() {
    for (int insnClass : new int[] {JMP, JMP32}) {
      for (int code = JA + 0x10; code <= JSLE; code += 0x10) {
        USED[code | insnClass] = DST | OFFSET | IMM;
        USED[code | insnClass | X] = DST | SRC | OFFSET;
      }
      // CALL and EXIT stand among the conditions, of the class JMP alone.
      for (int code : new int[] {Op.CALL & 0xf0, Op.EXIT & 0xf0}) {
        USED[code | insnClass] = UNKNOWN;
        USED[code | insnClass | X] = UNKNOWN;
      }
    }
    USED[Op.GOTO] = OFFSET;
    USED[Op.GOTOL] = IMM;
    USED[Op.CALL] = SRC | IMM;
    USED[Op.CALLX] = DST;
    USED[Op.EXIT] = 0;
  }

  private static void accesses() {
    USED[Op.LDDW] = DST | SRC | IMM;
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
    if (insn.dst() > Op.FP) {
      return Optional.of(
          "there is no register r%d (dst); the last one is r10".formatted(insn.dst()));
    }
    if (insn.src() > Op.FP) {
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
      case Op.LD, LDX, ALU, ALU64 -> insn.dst() == Op.FP;
      case STX -> Op.isAtomic(insn) && loadsIntoSrc(insn.imm()) && insn.src() == Op.FP;
      default -> false;
    };
  }

  private static boolean loadsIntoSrc(int atomic) {
    return (atomic & Op.FETCH) != 0 && atomic != Op.CMPXCHG;
  }

  /** The values that select one of several forms of an operation. */
  private static Optional<String> variant(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case Op.LD -> oneOf("src", insn.src(), "only a plain constant, no map or other address", 0);
      case STX ->
          Op.isAtomic(insn)
              ? oneOf("imm", insn.imm(), "an atomic operation of RFC 9669", ATOMICS)
              : Optional.empty();
      case ALU, ALU64 -> arithmeticVariant(insn);
      case JMP ->
          insn.opcode() == Op.CALL
              ? oneOf("src", insn.src(), "0 calls a helper by number, 1 a local function", 0, 1)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<String> arithmeticVariant(BpfInsn insn) {
    boolean wide = insn.insnClass() == ALU64;
    return switch (Op.code(insn)) {
      case Op.END -> oneOf("imm", insn.imm(), "a width in bits", 16, 32, 64);
      case Op.DIV, Op.MOD -> oneOf("offset", insn.offset(), "0 divides unsigned, 1 signed", 0, 1);
      case Op.MOV ->
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
