package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Label;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Width;

/** Loads and stores, and the bounds of both. */
final class MemoryCode {
  /*
   * In line stands the test for the program's memory: address - start, compared with the limit. Only what fails it goes out of
   * line to be tested for the stack, and from there back or out of the program. Accesses by r10 itself were checked beforehand,
   * and what a test has shown is not tested again (ProvenRanges).
   * Keeping start and limit in registers that the program leaves free was tried: no loop got faster by it.
   */
  private final Translation to;
  private final Assembler asm;
  private final LeaveCode leaving;
  private final ProvenRanges proven;

  MemoryCode(Translation to, LeaveCode leaving) {
    this.to = to;
    asm = to.asm;
    this.leaving = leaving;
    proven = new ProvenRanges(to.flow);
  }

  /**
   * Whether an instruction accesses memory that only a test at run time can show to be the
   * program's.
   */
  static boolean isBounded(BpfInsn insn) {
    return BpfOp.isAccess(insn) && BpfOp.base(insn) != BpfOp.FP;
  }

  void load(int index, BpfInsn insn) {
    var width = width(insn);
    var from = operand(index, insn, insn.src());
    if (BpfOp.mode(insn) == BpfOp.MEMSX) {
      asm.loadSigned(width, Registers.of(insn.dst()), from);
    } else {
      asm.load(width, Registers.of(insn.dst()), from);
    }
  }

  void store(int index, BpfInsn insn) {
    asm.store(width(insn), operand(index, insn, insn.dst()), Registers.of(insn.src()));
  }

  void storeConstant(int index, BpfInsn insn) {
    asm.storeImm(width(insn), operand(index, insn, insn.dst()), insn.imm());
  }

  /** The memory that an instruction accesses, after a test of its address where one is due. */
  Mem operand(int index, BpfInsn insn, int base) {
    var operand = Mem.at(Registers.of(base), insn.offset());
    int bytes = BpfOp.accessBytes(insn);
    boolean due =
        to.source.checked() && isBounded(insn) && !proven.covers(base, insn.offset(), bytes);
    if (due) {
      check(index, operand, bytes);
      proven.add(base, insn.offset(), bytes);
    }
    return operand;
  }

  /** What is known of addresses where code is being emitted. */
  ProvenRanges proven() {
    return proven;
  }

  static Width width(BpfInsn insn) {
    return Width.ofBytes(BpfOp.accessBytes(insn));
  }

  private void check(int index, Mem operand, int bytes) {
    var outside = new Label();
    var inside = new Label();
    compare(operand, BpfFrame.MEMORY_START, BpfFrame.limit(BpfFrame.MEMORY_LIMITS, bytes));
    asm.jump(Cond.AE, outside);
    asm.bind(inside);
    to.outOfLine(
        () -> {
          asm.bind(outside);
          compare(operand, BpfFrame.STACK_START, BpfFrame.limit(BpfFrame.STACK_LIMITS, bytes));
          asm.jump(Cond.B, inside);
          asm.lea(Width.B8, Registers.SCRATCH2, operand);
          leaving.fault(index);
        });
  }

  private void compare(Mem operand, int start, int limit) {
    asm.lea(Width.B8, Registers.SCRATCH, operand);
    asm.alu(AluOp.SUB, Width.B8, Registers.SCRATCH, LeaveCode.field(start));
    asm.alu(AluOp.CMP, Width.B8, Registers.SCRATCH, LeaveCode.field(limit));
  }
}
