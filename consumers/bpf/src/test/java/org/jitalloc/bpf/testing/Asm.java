package org.jitalloc.bpf.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Puts programs together. */
public final class Asm {

  private final List<BpfInsn> insns = new ArrayList<>();

  public static Asm program() {
    return new Asm();
  }

  public Asm insn(int opcode, int dst, int src, int offset, int imm) {
    insns.add(new BpfInsn(opcode, dst, src, (short) offset, imm));
    return this;
  }

  public Asm mov(int dst, int imm) {
    return insn(BpfOp.ALU64 | BpfOp.MOV, dst, 0, 0, imm);
  }

  public Asm movReg(int dst, int src) {
    return insn(BpfOp.ALU64 | BpfOp.MOV | BpfOp.X, dst, src, 0, 0);
  }

  public Asm alu64(int code, int dst, int imm) {
    return insn(BpfOp.ALU64 | code, dst, 0, 0, imm);
  }

  public Asm constant(int dst, long value) {
    insn(BpfOp.LDDW, dst, 0, 0, (int) value);
    return insn(0, 0, 0, 0, (int) (value >> 32));
  }

  public Asm load(int bytes, int dst, int base, int offset) {
    return insn(BpfOp.LDX | BpfOp.MEM | size(bytes), dst, base, offset, 0);
  }

  public Asm store(int bytes, int base, int offset, int src) {
    return insn(BpfOp.STX | BpfOp.MEM | size(bytes), base, src, offset, 0);
  }

  public Asm atomic(int bytes, int base, int offset, int src, int operation) {
    return insn(BpfOp.STX | BpfOp.ATOMIC | size(bytes), base, src, offset, operation);
  }

  public Asm jump(int offset) {
    return insn(BpfOp.GOTO, 0, 0, offset, 0);
  }

  public Asm jumpIf(int code, int dst, int imm, int offset) {
    return insn(BpfOp.JMP | code, dst, 0, offset, imm);
  }

  public Asm call(int helper) {
    return insn(BpfOp.CALL, 0, 0, 0, helper);
  }

  public Asm callLocal(int offset) {
    return insn(BpfOp.CALL, 0, BpfOp.CALL_LOCAL, 0, offset);
  }

  public Asm callx(int register) {
    return insn(BpfOp.CALLX, register, 0, 0, 0);
  }

  public Asm exit() {
    return insn(BpfOp.EXIT, 0, 0, 0, 0);
  }

  public int size() {
    return insns.size();
  }

  public List<BpfInsn> insns() {
    return List.copyOf(insns);
  }

  public byte[] bytes() {
    return bytes(ByteOrder.LITTLE_ENDIAN);
  }

  /** The instructions as a program of that byte order stores them (RFC 9669, section 3.1). */
  public byte[] bytes(ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.allocate(insns.size() * BpfInsn.BYTES).order(order);
    for (BpfInsn insn : insns) {
      boolean little = order == ByteOrder.LITTLE_ENDIAN;
      int high = little ? insn.src() : insn.dst();
      int low = little ? insn.dst() : insn.src();
      buffer
          .put((byte) insn.opcode())
          .put((byte) (high << 4 | low))
          .putShort(insn.offset())
          .putInt(insn.imm());
    }
    return buffer.array();
  }

  public static int size(int bytes) {
    return switch (bytes) {
      case 1 -> 0x10;
      case 2 -> 0x08;
      case 4 -> 0x00;
      default -> 0x18;
    };
  }
}
