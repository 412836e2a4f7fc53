package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.AtomicOp;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.AtomicEmitter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jspecify.annotations.Nullable;

/** Atomic operations on memory, all with acquire and release. */
final class AtomicCode implements AtomicEmitter {
  /*
   * The loops of LDAXR and STLXR access only registers between the two, so they end.
   */
  private final Assembler asm;
  private final MemoryCode memory;

  /** Whether the atomic instructions of LSE may be used. */
  private final boolean lse;

  AtomicCode(Assembler asm, MemoryCode memory, boolean lse) {
    this.asm = asm;
    this.memory = memory;
    this.lse = lse;
  }

  @Override
  public void atomic(BpfInsn insn, @Nullable Label misaligned) {
    var at = memory.address(insn, BpfRegisters.SCRATCH);
    if (misaligned != null) {
      int mask = BpfOp.accessBytes(insn) - 1;
      asm.alu(AluOp.ANDS, Width.B8, Reg.ZR, at, mask, BpfRegisters.CONSTANT);
      asm.jump(Cond.NE, misaligned);
    }
    var width = MemoryCode.width(insn);
    boolean known =
        switch (insn.imm()) {
          case BpfOp.XCHG, BpfOp.CMPXCHG -> true;
          default -> isArithmetic(insn.imm() & ~BpfOp.FETCH);
        };
    if (!known) {
      throw Translation.unknown(insn);
    }
    if (insn.imm() == BpfOp.CMPXCHG) {
      compareAndExchange(width, at, BpfRegisters.of(insn.src()));
    } else if (lse) {
      oneInstruction(insn, width, at);
    } else {
      loop(insn, width, at);
    }
  }

  private static boolean isArithmetic(int code) {
    return code == BpfOp.ADD || code == BpfOp.OR || code == BpfOp.AND || code == BpfOp.XOR;
  }

  /** Emits an LSE instruction. There is no AND, but one that clears bits. */
  private void oneInstruction(BpfInsn insn, Width width, Reg at) {
    var src = BpfRegisters.of(insn.src());
    var operand = src;
    if ((insn.imm() & ~BpfOp.FETCH) == BpfOp.AND) {
      operand = BpfRegisters.SCRATCH2;
      asm.mvn(Width.B8, operand, src);
    }
    var was = (insn.imm() & BpfOp.FETCH) != 0 ? src : BpfRegisters.SCRATCH3;
    asm.atomic(operation(insn.imm()), width, operand, was, at);
  }

  private static AtomicOp operation(int imm) {
    return switch (imm & ~BpfOp.FETCH) {
      case BpfOp.ADD -> AtomicOp.LDADDAL;
      case BpfOp.OR -> AtomicOp.LDSETAL;
      case BpfOp.AND -> AtomicOp.LDCLRAL;
      case BpfOp.XOR -> AtomicOp.LDEORAL;
      default -> AtomicOp.SWPAL;
    };
  }

  /** Emits a loop of load-exclusive and store-exclusive. */
  private void loop(BpfInsn insn, Width width, Reg at) {
    var src = BpfRegisters.of(insn.src());
    var again = new Label();
    asm.bind(again);
    asm.loadExclusive(width, BpfRegisters.SCRATCH3, at);
    var value = src;
    if (insn.imm() != BpfOp.XCHG) {
      value = BpfRegisters.CONSTANT;
      var op = AluCode.operation(insn.imm() & ~BpfOp.FETCH);
      asm.alu(op, width, value, BpfRegisters.SCRATCH3, src);
    }
    asm.storeExclusive(width, BpfRegisters.SCRATCH2, value, at);
    asm.jumpIfNotZero(Width.B4, BpfRegisters.SCRATCH2, again);
    if ((insn.imm() & BpfOp.FETCH) != 0) {
      asm.mov(width, src, BpfRegisters.SCRATCH3);
    }
  }

  /** r0 receives the old value; with 4 bytes, its upper half is cleared. */
  private void compareAndExchange(Width width, Reg at, Reg src) {
    var r0 = BpfRegisters.of(0);
    if (lse) {
      asm.compareAndSwap(width, r0, src, at);
      return;
    }
    var again = new Label();
    var done = new Label();
    asm.bind(again);
    asm.loadExclusive(width, BpfRegisters.SCRATCH3, at);
    asm.alu(AluOp.SUBS, width, Reg.ZR, BpfRegisters.SCRATCH3, r0);
    asm.jump(Cond.NE, done);
    asm.storeExclusive(width, BpfRegisters.SCRATCH2, src, at);
    asm.jumpIfNotZero(Width.B4, BpfRegisters.SCRATCH2, again);
    asm.bind(done);
    asm.mov(width, r0, BpfRegisters.SCRATCH3);
  }
}
