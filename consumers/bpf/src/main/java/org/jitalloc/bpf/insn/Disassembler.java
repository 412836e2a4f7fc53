package org.jitalloc.bpf.insn;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;

/**
 * Instructions as text, in the way of the assembler of LLVM: {@code r0 += r1}, {@code w0 = 5},
 * {@code goto +3}.
 */
public final class Disassembler {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private Disassembler() {}

  /**
   * One instruction; for a wide one, also its second half, where it has one. Makes text of
   * anything.
   */
  public static String text(List<BpfInsn> insns, int index) {
    BpfInsn insn = insns.get(index);
    return switch (insn.insnClass()) {
      case Op.LD -> wide(insns, index);
      case Op.LDX, Op.ST, Op.STX -> access(insn);
      case Op.ALU, Op.ALU64 -> arithmetic(insn);
      default -> jump(insn);
    };
  }

  /** One instruction with its bytes, for messages about instructions that may not even be one. */
  public static String textAndBytes(List<BpfInsn> insns, int index) {
    return "%s (%s)".formatted(text(insns, index), HEX.formatHex(bytes(insns.get(index))));
  }

  /** All instructions; the second half of a wide one is an empty text. */
  public static List<String> lines(List<BpfInsn> insns) {
    List<String> lines = new ArrayList<>(insns.size());
    for (int i = 0; i < insns.size(); i++) {
      lines.add(text(insns, i));
      if (insns.get(i).opcode() == Op.LDDW && i + 1 < insns.size()) {
        lines.add("");
        i++;
      }
    }
    return List.copyOf(lines);
  }

  private static byte[] bytes(BpfInsn insn) {
    return new byte[] {
      (byte) insn.opcode(),
      (byte) (insn.src() << 4 | insn.dst()),
      (byte) insn.offset(),
      (byte) (insn.offset() >> 8),
      (byte) insn.imm(),
      (byte) (insn.imm() >> 8),
      (byte) (insn.imm() >> 16),
      (byte) (insn.imm() >> 24)
    };
  }

  private static String unknown(BpfInsn insn) {
    return "unknown operation 0x%02x".formatted(insn.opcode());
  }

  private static String wide(List<BpfInsn> insns, int index) {
    BpfInsn insn = insns.get(index);
    if (insn.opcode() != Op.LDDW) {
      return unknown(insn);
    }
    long high = index + 1 < insns.size() ? (long) insns.get(index + 1).imm() << 32 : 0;
    return "r%d = 0x%x ll".formatted(insn.dst(), high | Integer.toUnsignedLong(insn.imm()));
  }

  private static String access(BpfInsn insn) {
    int mode = Op.mode(insn);
    if (mode == Op.MEMSX && insn.insnClass() == Op.LDX && Op.bytes(insn) < 8) {
      return "r%d = %s".formatted(insn.dst(), place(insn, 's'));
    }
    if (mode == Op.ATOMIC && insn.insnClass() == Op.STX && Op.bytes(insn) >= 4) {
      return atomic(insn);
    }
    if (mode != Op.MEM) {
      return unknown(insn);
    }
    return switch (insn.insnClass()) {
      case Op.LDX -> "r%d = %s".formatted(insn.dst(), place(insn, 'u'));
      case Op.ST -> "%s = %d".formatted(place(insn, 'u'), insn.imm());
      default -> "%s = r%d".formatted(place(insn, 'u'), insn.src());
    };
  }

  private static String place(BpfInsn insn, char sign) {
    return "*(%c%d *)%s".formatted(sign, 8 * Op.bytes(insn), address(insn));
  }

  private static String address(BpfInsn insn) {
    char sign = insn.offset() < 0 ? '-' : '+';
    return "(r%d %c %d)".formatted(Op.base(insn), sign, Math.abs(insn.offset()));
  }

  private static String atomic(BpfInsn insn) {
    String reg = (Op.bytes(insn) == 8 ? "r" : "w") + insn.src();
    String pointer = "(u%d *)%s".formatted(8 * Op.bytes(insn), address(insn));
    return switch (insn.imm()) {
      case Op.ADD, Op.OR, Op.AND, Op.XOR ->
          "lock %s %s %s".formatted(place(insn, 'u'), sign(insn.imm()), reg);
      case Op.ADD | Op.FETCH -> "%s = atomic_fetch_add(%s, %s)".formatted(reg, pointer, reg);
      case Op.OR | Op.FETCH -> "%s = atomic_fetch_or(%s, %s)".formatted(reg, pointer, reg);
      case Op.AND | Op.FETCH -> "%s = atomic_fetch_and(%s, %s)".formatted(reg, pointer, reg);
      case Op.XOR | Op.FETCH -> "%s = atomic_fetch_xor(%s, %s)".formatted(reg, pointer, reg);
      case Op.XCHG -> "%s = xchg(%s, %s)".formatted(reg, pointer, reg);
      case Op.CMPXCHG ->
          "%s0 = cmpxchg(%s, %s0, %s)".formatted(reg.charAt(0), pointer, reg.charAt(0), reg);
      default -> "unknown atomic operation 0x%x at %s".formatted(insn.imm(), place(insn, 'u'));
    };
  }

  private static String arithmetic(BpfInsn insn) {
    String reg = insn.insnClass() == Op.ALU64 ? "r" : "w";
    String dst = reg + insn.dst();
    String operand = Op.isX(insn) ? reg + insn.src() : Integer.toString(insn.imm());
    return switch (Op.code(insn)) {
      case Op.NEG -> Op.isX(insn) ? unknown(insn) : "%s = -%s".formatted(dst, dst);
      case Op.END -> byteOrder(insn);
      case Op.MOV ->
          Op.isX(insn) && insn.offset() != 0
              ? "%s = (s%d)%s".formatted(dst, insn.offset(), operand)
              : "%s = %s".formatted(dst, operand);
      case Op.DIV, Op.MOD ->
          "%s %s%s %s".formatted(dst, insn.offset() == 0 ? "" : "s", sign(Op.code(insn)), operand);
      case 0xe0, 0xf0 -> unknown(insn);
      default -> "%s %s %s".formatted(dst, sign(Op.code(insn)), operand);
    };
  }

  private static String byteOrder(BpfInsn insn) {
    String name =
        switch (insn.opcode()) {
          case Op.LE -> "le";
          case Op.BE -> "be";
          case Op.BSWAP -> "bswap";
          default -> "";
        };
    if (name.isEmpty()) {
      return unknown(insn);
    }
    return "r%d = %s%d r%d".formatted(insn.dst(), name, insn.imm(), insn.dst());
  }

  private static String sign(int code) {
    return switch (code) {
      case Op.ADD -> "+=";
      case Op.SUB -> "-=";
      case Op.MUL -> "*=";
      case Op.DIV -> "/=";
      case Op.OR -> "|=";
      case Op.AND -> "&=";
      case Op.LSH -> "<<=";
      case Op.RSH -> ">>=";
      case Op.MOD -> "%=";
      case Op.XOR -> "^=";
      default -> "s>>=";
    };
  }

  private static String jump(BpfInsn insn) {
    return switch (insn.opcode()) {
      case Op.GOTO -> "goto %+d".formatted(insn.offset());
      case Op.GOTOL -> "gotol %+d".formatted(insn.imm());
      case Op.CALL ->
          insn.src() == Op.CALL_LOCAL
              ? "call local %+d".formatted(insn.imm())
              : "call %d".formatted(insn.imm());
      case Op.CALLX -> "callx r%d".formatted(insn.dst());
      case Op.EXIT -> "exit";
      default -> branch(insn);
    };
  }

  private static String branch(BpfInsn insn) {
    String condition = condition(Op.code(insn));
    if (condition.isEmpty()) {
      return unknown(insn);
    }
    String reg = insn.insnClass() == Op.JMP ? "r" : "w";
    String operand = Op.isX(insn) ? reg + insn.src() : Integer.toString(insn.imm());
    return "if %s%d %s %s goto %+d".formatted(reg, insn.dst(), condition, operand, insn.offset());
  }

  private static String condition(int code) {
    return switch (code) {
      case Op.JEQ -> "==";
      case Op.JGT -> ">";
      case Op.JGE -> ">=";
      case Op.JSET -> "&";
      case Op.JNE -> "!=";
      case Op.JSGT -> "s>";
      case Op.JSGE -> "s>=";
      case Op.JLT -> "<";
      case Op.JLE -> "<=";
      case Op.JSLT -> "s<";
      case Op.JSLE -> "s<=";
      default -> "";
    };
  }
}
