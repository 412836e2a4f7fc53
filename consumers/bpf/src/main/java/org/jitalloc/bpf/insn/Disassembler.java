package org.jitalloc.bpf.insn;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

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
      case BpfOp.LD -> wide(insns, index);
      case BpfOp.LDX, BpfOp.ST, BpfOp.STX -> access(insn);
      case BpfOp.ALU, BpfOp.ALU64 -> arithmetic(insn);
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
      if (insns.get(i).opcode() == BpfOp.LDDW && i + 1 < insns.size()) {
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
    if (insn.opcode() != BpfOp.LDDW) {
      return unknown(insn);
    }
    long high = index + 1 < insns.size() ? (long) insns.get(index + 1).imm() << 32 : 0;
    return "r%d = 0x%x ll".formatted(insn.dst(), high | Integer.toUnsignedLong(insn.imm()));
  }

  private static String access(BpfInsn insn) {
    int mode = BpfOp.mode(insn);
    if (mode == BpfOp.MEMSX && insn.insnClass() == BpfOp.LDX && BpfOp.accessBytes(insn) < 8) {
      return "r%d = %s".formatted(insn.dst(), place(insn, 's'));
    }
    if (mode == BpfOp.ATOMIC && insn.insnClass() == BpfOp.STX && BpfOp.accessBytes(insn) >= 4) {
      return atomic(insn);
    }
    if (mode != BpfOp.MEM) {
      return unknown(insn);
    }
    return switch (insn.insnClass()) {
      case BpfOp.LDX -> "r%d = %s".formatted(insn.dst(), place(insn, 'u'));
      case BpfOp.ST -> "%s = %d".formatted(place(insn, 'u'), insn.imm());
      default -> "%s = r%d".formatted(place(insn, 'u'), insn.src());
    };
  }

  private static String place(BpfInsn insn, char sign) {
    return "*(%c%d *)%s".formatted(sign, 8 * BpfOp.accessBytes(insn), address(insn));
  }

  private static String address(BpfInsn insn) {
    char sign = insn.offset() < 0 ? '-' : '+';
    return "(r%d %c %d)".formatted(BpfOp.base(insn), sign, Math.abs(insn.offset()));
  }

  private static String atomic(BpfInsn insn) {
    String reg = (BpfOp.accessBytes(insn) == 8 ? "r" : "w") + insn.src();
    String pointer = "(u%d *)%s".formatted(8 * BpfOp.accessBytes(insn), address(insn));
    return switch (insn.imm()) {
      case BpfOp.ADD, BpfOp.OR, BpfOp.AND, BpfOp.XOR ->
          "lock %s %s %s".formatted(place(insn, 'u'), sign(insn.imm()), reg);
      case BpfOp.ADD | BpfOp.FETCH -> "%s = atomic_fetch_add(%s, %s)".formatted(reg, pointer, reg);
      case BpfOp.OR | BpfOp.FETCH -> "%s = atomic_fetch_or(%s, %s)".formatted(reg, pointer, reg);
      case BpfOp.AND | BpfOp.FETCH -> "%s = atomic_fetch_and(%s, %s)".formatted(reg, pointer, reg);
      case BpfOp.XOR | BpfOp.FETCH -> "%s = atomic_fetch_xor(%s, %s)".formatted(reg, pointer, reg);
      case BpfOp.XCHG -> "%s = xchg(%s, %s)".formatted(reg, pointer, reg);
      case BpfOp.CMPXCHG ->
          "%s0 = cmpxchg(%s, %s0, %s)".formatted(reg.charAt(0), pointer, reg.charAt(0), reg);
      default -> "unknown atomic operation 0x%x at %s".formatted(insn.imm(), place(insn, 'u'));
    };
  }

  private static String arithmetic(BpfInsn insn) {
    String reg = insn.insnClass() == BpfOp.ALU64 ? "r" : "w";
    String dst = reg + insn.dst();
    String operand = BpfOp.isX(insn) ? reg + insn.src() : Integer.toString(insn.imm());
    return switch (BpfOp.code(insn)) {
      case BpfOp.NEG -> BpfOp.isX(insn) ? unknown(insn) : "%s = -%s".formatted(dst, dst);
      case BpfOp.END -> byteOrder(insn);
      case BpfOp.MOV ->
          BpfOp.isX(insn) && insn.offset() != 0
              ? "%s = (s%d)%s".formatted(dst, insn.offset(), operand)
              : "%s = %s".formatted(dst, operand);
      case BpfOp.DIV, BpfOp.MOD ->
          "%s %s%s %s"
              .formatted(dst, insn.offset() == 0 ? "" : "s", sign(BpfOp.code(insn)), operand);
      case 0xe0, 0xf0 -> unknown(insn);
      default -> "%s %s %s".formatted(dst, sign(BpfOp.code(insn)), operand);
    };
  }

  private static String byteOrder(BpfInsn insn) {
    String name =
        switch (insn.opcode()) {
          case BpfOp.LE -> "le";
          case BpfOp.BE -> "be";
          case BpfOp.BSWAP -> "bswap";
          default -> "";
        };
    if (name.isEmpty()) {
      return unknown(insn);
    }
    return "r%d = %s%d r%d".formatted(insn.dst(), name, insn.imm(), insn.dst());
  }

  private static String sign(int code) {
    return switch (code) {
      case BpfOp.ADD -> "+=";
      case BpfOp.SUB -> "-=";
      case BpfOp.MUL -> "*=";
      case BpfOp.DIV -> "/=";
      case BpfOp.OR -> "|=";
      case BpfOp.AND -> "&=";
      case BpfOp.LSH -> "<<=";
      case BpfOp.RSH -> ">>=";
      case BpfOp.MOD -> "%=";
      case BpfOp.XOR -> "^=";
      default -> "s>>=";
    };
  }

  private static String jump(BpfInsn insn) {
    return switch (insn.opcode()) {
      case BpfOp.GOTO -> "goto %+d".formatted(insn.offset());
      case BpfOp.GOTOL -> "gotol %+d".formatted(insn.imm());
      case BpfOp.CALL ->
          insn.src() == BpfOp.CALL_LOCAL
              ? "call local %+d".formatted(insn.imm())
              : "call %d".formatted(insn.imm());
      case BpfOp.CALLX -> "callx r%d".formatted(insn.dst());
      case BpfOp.EXIT -> "exit";
      default -> branch(insn);
    };
  }

  private static String branch(BpfInsn insn) {
    String condition = condition(BpfOp.code(insn));
    if (condition.isEmpty()) {
      return unknown(insn);
    }
    String reg = insn.insnClass() == BpfOp.JMP ? "r" : "w";
    String operand = BpfOp.isX(insn) ? reg + insn.src() : Integer.toString(insn.imm());
    return "if %s%d %s %s goto %+d".formatted(reg, insn.dst(), condition, operand, insn.offset());
  }

  private static String condition(int code) {
    return switch (code) {
      case BpfOp.JEQ -> "==";
      case BpfOp.JGT -> ">";
      case BpfOp.JGE -> ">=";
      case BpfOp.JSET -> "&";
      case BpfOp.JNE -> "!=";
      case BpfOp.JSGT -> "s>";
      case BpfOp.JSGE -> "s>=";
      case BpfOp.JLT -> "<";
      case BpfOp.JLE -> "<=";
      case BpfOp.JSLT -> "s<";
      case BpfOp.JSLE -> "s<=";
      default -> "";
    };
  }
}
