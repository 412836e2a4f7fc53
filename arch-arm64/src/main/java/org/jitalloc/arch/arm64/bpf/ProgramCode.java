package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * A whole program: its functions one after the other, each instruction by the part that knows its
 * class.
 */
final class ProgramCode {
  private static final int ENTRY = 0;

  private final Translation to;
  private final FrameCode frames;
  private final AluCode alu;
  private final MemoryCode memory;
  private final AtomicCode atomics;
  private final JumpCode jumps;
  private final CallCode calls;

  ProgramCode(Translation to) {
    this.to = to;
    var leaving = new LeaveCode(to);
    frames = new FrameCode(to);
    alu = new AluCode(to);
    memory = new MemoryCode(to, leaving);
    atomics = new AtomicCode(to, memory);
    jumps = new JumpCode(to);
    calls = new CallCode(to, leaving, frames);
  }

  BpfCode emit() {
    for (var function : to.source.functions()) emit(function);
    to.emitOutOfLine();
    frames.emitExit();
    byte[] bytes = to.asm.finish();
    return new BpfCode(bytes, ENTRY, ENTRY, to.insnOffsets());
  }

  private void emit(BpfFunction function) {
    frames.prologue(function);
    for (int i = function.first(); i < function.end(); i++) {
      memory.proven().enter(i);
      to.asm.bind(to.label(i));
      emit(i, function);
      memory.proven().follow(to.insn(i));
    }
    to.emitOutOfLine();
  }

  private void emit(int index, BpfFunction function) {
    BpfInsn insn = to.insn(index);
    switch (insn.insnClass()) {
      case BpfOp.ALU, BpfOp.ALU64 -> alu.emit(index, insn);
      case BpfOp.LDX -> memory.load(index, insn);
      case BpfOp.ST -> memory.storeConstant(index, insn);
      case BpfOp.STX -> {
        if (BpfOp.mode(insn) == BpfOp.ATOMIC) {
          atomics.emit(index, insn);
        } else {
          memory.store(index, insn);
        }
      }
      case BpfOp.LD -> loadConstant(index, insn);
      default -> emitJump(index, insn, function);
    }
  }

  private void loadConstant(int index, BpfInsn insn) {
    if (insn.opcode() == BpfOp.LDDW_SECOND) return;
    if (insn.opcode() != BpfOp.LDDW) throw unknown(index, insn);
    long upper = (long) to.insn(index + 1).imm() << 32;
    to.asm.movImm(Registers.of(insn.dst()), upper | insn.imm() & 0xffffffffL);
  }

  private void emitJump(int index, BpfInsn insn, BpfFunction function) {
    if (Effects.isLocalCall(insn)) {
      calls.local(index);
    } else if (Effects.isHelperCall(insn)) {
      calls.helper(index, insn);
    } else if (insn.opcode() == BpfOp.EXIT) {
      frames.exit(function);
    } else {
      jumps.emit(index, insn);
    }
  }

  static IllegalArgumentException unknown(int index, BpfInsn insn) {
    return new IllegalArgumentException(
        "the program was not checked: no such instruction: index=%d %s".formatted(index, insn));
  }
}
