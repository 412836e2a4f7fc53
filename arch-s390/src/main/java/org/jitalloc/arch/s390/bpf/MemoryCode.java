package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.Label;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;

/** Loads and stores, and the bounds of both. */
final class MemoryCode {
  /*
   * The program's memory is little-endian and this machine is not, so all but bytes goes through the loads and stores that
   * reverse them. These leave the rest of the register alone; it is extended afterwards.
   * In line stands the test for the program's memory: address - start, compared with the limit. Only what fails it goes
   * out of line to be tested for the stack, and from there back or out of the program. Accesses by r10 itself were
   * checked beforehand. The BpfFrame is in the machine's byte order, hence plain loads.
   */
  private final Translation to;
  private final Assembler asm;
  private final LeaveCode leaving;

  MemoryCode(Translation to, LeaveCode leaving) {
    this.to = to;
    asm = to.asm;
    this.leaving = leaving;
  }

  void load(int index, BpfInsn insn) {
    var dst = Registers.of(insn.dst());
    var from = operand(index, insn, insn.src());
    boolean signed = BpfOp.mode(insn) == BpfOp.MEMSX;
    switch (BpfOp.accessBytes(insn)) {
      case 1 -> asm.mem(signed ? MemOp.LGB : MemOp.LLGC, dst, from);
      case 2 -> {
        asm.mem(MemOp.LRVH, dst, from);
        asm.reg(signed ? RegOp.LGHR : RegOp.LLGHR, dst, dst);
      }
      case 4 -> {
        asm.mem(MemOp.LRV, dst, from);
        asm.reg(signed ? RegOp.LGFR : RegOp.LLGFR, dst, dst);
      }
      default -> asm.mem(MemOp.LRVG, dst, from);
    }
  }

  void store(int index, BpfInsn insn) {
    var at = operand(index, insn, insn.dst());
    store(insn, at, Registers.of(insn.src()));
  }

  void storeConstant(int index, BpfInsn insn) {
    var at = operand(index, insn, insn.dst());
    asm.constant(Registers.SCRATCH0, insn.imm());
    store(insn, at, Registers.SCRATCH0);
  }

  private void store(BpfInsn insn, Mem at, Reg value) {
    var op =
        switch (BpfOp.accessBytes(insn)) {
          case 1 -> MemOp.STCY;
          case 2 -> MemOp.STRVH;
          case 4 -> MemOp.STRV;
          default -> MemOp.STRVG;
        };
    asm.mem(op, value, at);
  }

  /** Whether the access of an instruction is to be tested at run time. */
  boolean isBounded(int base) {
    return to.source.checked() && base != Registers.STACK_POINTER;
  }

  /** The memory that an instruction accesses, after a test of its address where one is due. */
  Mem operand(int index, BpfInsn insn, int base) {
    var operand = Mem.at(Registers.of(base), insn.offset());
    if (isBounded(base)) check(index, operand, BpfOp.accessBytes(insn));
    return operand;
  }

  private void check(int index, Mem operand, int bytes) {
    var outside = new Label();
    var inside = new Label();
    compare(operand, BpfFrame.MEMORY_START, BpfFrame.limit(BpfFrame.MEMORY_LIMITS, bytes));
    asm.jump(Cond.NOT_LOW, outside);
    asm.bind(inside);
    to.outOfLine(
        () -> {
          asm.bind(outside);
          compare(operand, BpfFrame.STACK_START, BpfFrame.limit(BpfFrame.STACK_LIMITS, bytes));
          asm.jump(Cond.LOW, inside);
          asm.mem(MemOp.LAY, Registers.SCRATCH, operand);
          leaving.fault(index);
        });
  }

  private void compare(Mem operand, int start, int limit) {
    asm.mem(MemOp.LAY, Registers.SCRATCH, operand);
    asm.mem(MemOp.SG, Registers.SCRATCH, LeaveCode.field(start));
    asm.mem(MemOp.CLG, Registers.SCRATCH, LeaveCode.field(limit));
  }
}
