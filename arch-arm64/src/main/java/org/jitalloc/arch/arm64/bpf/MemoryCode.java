package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Label;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Loads and stores, and the bounds of both. */
final class MemoryCode {
  /*
   * In line stands the test for the program's memory: address - start, compared with the limit. Only what fails it goes out of
   * line to be tested for the stack, and from there back or out of the program. Accesses by r10 itself were checked beforehand,
   * and what a test has shown is not tested again (ProvenRanges).
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

  /** Whether anything of an access has to be tested at run time, in a checked program. */
  static boolean needsTest(BpfInsn insn) {
    return isBounded(insn) || isAtomic(insn);
  }

  /**
   * Whether an instruction accesses memory that only a test at run time can show to be the
   * program's.
   */
  private static boolean isBounded(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.LDX -> insn.src() != Registers.STACK_POINTER;
      case BpfOp.ST, BpfOp.STX -> insn.dst() != Registers.STACK_POINTER;
      default -> false;
    };
  }

  static boolean isAtomic(BpfInsn insn) {
    return insn.insnClass() == BpfOp.STX && BpfOp.mode(insn) == BpfOp.ATOMIC;
  }

  void load(int index, BpfInsn insn) {
    var width = width(insn);
    var from = operand(index, insn, insn.src());
    if (BpfOp.mode(insn) == BpfOp.MEMSX) {
      asm.loadSigned(width, Registers.of(insn.dst()), from, Registers.CONSTANT);
    } else {
      asm.load(width, Registers.of(insn.dst()), from, Registers.CONSTANT);
    }
  }

  void store(int index, BpfInsn insn) {
    var operand = operand(index, insn, insn.dst());
    asm.store(width(insn), Registers.of(insn.src()), operand, Registers.CONSTANT);
  }

  void storeConstant(int index, BpfInsn insn) {
    var operand = operand(index, insn, insn.dst());
    var value = Reg.ZR;
    if (insn.imm() != 0) {
      value = Registers.SCRATCH3;
      asm.movImm(value, insn.imm());
    }
    asm.store(width(insn), value, operand, Registers.CONSTANT);
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

  /** The register that holds the address of an operand: its base, or else this scratch register. */
  Reg address(Mem operand, Reg scratch) {
    if (operand.offset() == 0) return operand.base();
    asm.alu(AluOp.ADD, Width.B8, scratch, operand.base(), operand.offset(), Registers.CONSTANT);
    return scratch;
  }

  private void check(int index, Mem operand, int bytes) {
    var outside = new Label();
    var inside = new Label();
    compare(operand, BpfFrame.MEMORY_START, BpfFrame.limit(BpfFrame.MEMORY_LIMITS, bytes));
    asm.jump(Cond.HS, outside);
    asm.bind(inside);
    to.outOfLine(
        () -> {
          asm.bind(outside);
          compare(operand, BpfFrame.STACK_START, BpfFrame.limit(BpfFrame.STACK_LIMITS, bytes));
          asm.jump(Cond.LO, inside);
          fault(index, operand);
        });
  }

  /** Ends the program: instruction {@code index} may not access this operand. */
  void fault(int index, Mem operand) {
    var address = address(operand, Registers.SCRATCH2);
    if (address != Registers.SCRATCH2) asm.mov(Width.B8, Registers.SCRATCH2, address);
    leaving.fault(index);
  }

  private void compare(Mem operand, int start, int limit) {
    leaving.loadField(Registers.SCRATCH2, start);
    leaving.loadField(Registers.SCRATCH3, limit);
    var address = address(operand, Registers.SCRATCH);
    asm.alu(AluOp.SUB, Width.B8, Registers.SCRATCH, address, Registers.SCRATCH2);
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, Registers.SCRATCH, Registers.SCRATCH3);
  }
}
