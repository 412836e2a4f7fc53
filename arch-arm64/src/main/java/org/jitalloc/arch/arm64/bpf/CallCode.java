package org.jitalloc.arch.arm64.bpf;

import java.util.List;
import java.util.Map;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Label;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Calls of functions of the program and of helpers. */
final class CallCode {
  private static final int FIRST_ARGUMENT = 1;
  private static final int LAST_ARGUMENT = 5;

  private final Translation to;
  private final Assembler asm;
  private final LeaveCode leaving;
  private final FrameCode frames;
  private final Label lookUp = new Label();
  private boolean lookUpUsed;

  CallCode(Translation to, LeaveCode leaving, FrameCode frames) {
    this.to = to;
    asm = to.asm;
    this.leaving = leaving;
    this.frames = frames;
  }

  void local(int index) {
    asm.call(frames.entry(to.flow.target(index)));
  }

  void helper(int index, BpfInsn insn) {
    if (insn.opcode() == BpfOp.CALLX) {
      findHelper(index, insn);
    } else {
      Long address = to.source.helpers().get(insn.imm());
      if (address == null) throw ProgramCode.unknown(index, insn);
      asm.movImm(Registers.HELPER, address);
    }
    asm.call(Registers.HELPER);
    asm.mov(Width.B8, Registers.of(0), Registers.C_RESULT);
    leaving.loadField(Registers.SCRATCH, BpfFrame.STATUS);
    asm.jumpIfNotZero(Width.B8, Registers.SCRATCH, leaving.helperEnded());
    clearArguments(to.flow.liveAfter(index));
  }

  /** What C leaves in them is chance; a program that reads them all the same gets 0. */
  private void clearArguments(int live) {
    for (int r = FIRST_ARGUMENT; r <= LAST_ARGUMENT; r++) {
      if ((live >> r & 1) != 0) asm.movImm(Registers.of(r), 0);
    }
  }

  /** Finds the address of the helper whose number is in a register. */
  private void findHelper(int index, BpfInsn insn) {
    var missing = new Label();
    asm.mov(Width.B8, Registers.SCRATCH2, Registers.of(insn.dst()));
    asm.call(lookUp);
    asm.jumpIfZero(Width.B8, Registers.HELPER, missing);
    to.outOfLine(
        () -> {
          asm.bind(missing);
          leaving.noHelper(index);
        });
    if (!lookUpUsed) to.outOfLine(this::emitLookUp);
    lookUpUsed = true;
  }

  /** A function of the number in SCRATCH2 that gives the address of the helper, or 0. */
  private void emitLookUp() {
    asm.bind(lookUp);
    var missing = new Label();
    search(
        to.source.helpers().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(),
        missing);
    asm.bind(missing);
    asm.movImm(Registers.HELPER, 0);
    asm.ret();
  }

  /** Binary search, as a tree of comparisons. */
  private void search(List<Map.Entry<Integer, Long>> helpers, Label missing) {
    if (helpers.isEmpty()) {
      asm.jump(missing);
      return;
    }
    boolean leaf = helpers.size() == 1;
    int middle = helpers.size() / 2;
    var other = leaf ? missing : new Label();
    int number = helpers.get(middle).getKey();
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, Registers.SCRATCH2, number, Registers.CONSTANT);
    asm.jump(Cond.NE, other);
    asm.movImm(Registers.HELPER, helpers.get(middle).getValue());
    asm.ret();
    if (leaf) return;
    var lower = new Label();
    asm.bind(other);
    asm.jump(Cond.LT, lower);
    search(helpers.subList(middle + 1, helpers.size()), missing);
    asm.bind(lower);
    search(helpers.subList(0, middle), missing);
  }
}
