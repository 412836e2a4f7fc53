package org.jitalloc.arch.support.bpf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/** Puts programs together. */
final class Program {
  static final Map<Integer, Long> HELPERS = Map.of(1, 0x1001L, 5, 0x1005L, 9, 0x1009L);

  private final List<BpfInsn> insns = new ArrayList<>();

  Program insn(int opcode, int dst, int src, int offset, int imm) {
    insns.add(new BpfInsn(opcode, dst, src, (short) offset, imm));
    return this;
  }

  Program mov(int dst, int imm) {
    return insn(BpfOp.ALU64 | BpfOp.MOV, dst, 0, 0, imm);
  }

  Program copy(int dst, int src) {
    return insn(BpfOp.ALU64 | BpfOp.MOV | BpfOp.X, dst, src, 0, 0);
  }

  Program add(int dst, int imm) {
    return insn(BpfOp.ALU64 | BpfOp.ADD, dst, 0, 0, imm);
  }

  /** Loads 8 bytes. */
  Program load(int dst, int base, int offset) {
    return insn(BpfOp.LDX | BpfOp.MEM | 0x18, dst, base, offset, 0);
  }

  /** Adds to 8 bytes, and fetches what was there. */
  Program fetchAdd(int base, int offset, int src) {
    return insn(BpfOp.STX | BpfOp.ATOMIC | 0x18, base, src, offset, BpfOp.ADD | BpfOp.FETCH);
  }

  Program jumpIfZero(int dst, int offset) {
    return insn(BpfOp.JMP | BpfOp.JEQ, dst, 0, offset, 0);
  }

  Program jump(int offset) {
    return insn(BpfOp.GOTO, 0, 0, offset, 0);
  }

  Program call(int helper) {
    return insn(BpfOp.CALL, 0, BpfOp.CALL_HELPER, 0, helper);
  }

  Program callx(int register) {
    return insn(BpfOp.CALLX, register, 0, 0, 0);
  }

  Program callLocal(int distance) {
    return insn(BpfOp.CALL, 0, BpfOp.CALL_LOCAL, 0, distance);
  }

  Program exit() {
    return insn(BpfOp.EXIT, 0, 0, 0, 0);
  }

  BpfSource source(boolean checked) {
    var starts = new TreeSet<Integer>(List.of(0));
    for (int i = 0; i < insns.size(); i++) {
      if (BpfOp.isLocalCall(insns.get(i))) {
        starts.add((int) BpfOp.target(insns.get(i), i));
      }
    }
    var functions = new ArrayList<BpfFunction>();
    for (int start : starts) {
      Integer end = starts.higher(start);
      functions.add(new BpfFunction(start, end == null ? insns.size() : end));
    }
    return new BpfSource(insns, functions, HELPERS, checked, ByteOrder.LITTLE_ENDIAN);
  }
}
