package org.jitalloc.arch.x86.bpf;

import java.util.List;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Label;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

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
      asm.movImm(Reg.RAX, address);
    }
    asm.call(Reg.RAX);
    asm.alu(AluOp.CMP, Width.B8, LeaveCode.field(BpfFrame.STATUS), (int) BpfFrame.RUNNING);
    asm.jump(Cond.NE, leaving.helperEnded());
    clearArguments(to.flow.liveAfter(index));
  }

  /** What C leaves in them is chance; a program that reads them all the same gets 0. */
  private void clearArguments(int live) {
    for (int r = FIRST_ARGUMENT; r <= LAST_ARGUMENT; r++) {
      if ((live >> r & 1) != 0) asm.movImm(Registers.of(r), 0);
    }
  }

  /** The address of the helper whose number is in a register, into RAX. */
  private void findHelper(int index, BpfInsn insn) {
    var missing = new Label();
    asm.mov(Width.B8, Registers.SCRATCH2, Registers.of(insn.dst()));
    asm.call(lookUp);
    asm.test(Width.B8, Reg.RAX, Reg.RAX);
    asm.jump(Cond.E, missing);
    to.outOfLine(
        () -> {
          asm.bind(missing);
          leaving.noHelper(index);
        });
    if (!lookUpUsed) to.outOfLine(this::emitLookUp);
    lookUpUsed = true;
  }

  /** A function of the number in SCRATCH2 that gives the address in RAX, or 0. */
  private void emitLookUp() {
    asm.bind(lookUp);
    var missing = new Label();
    search(
        to.source.helpers().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(),
        missing);
    asm.bind(missing);
    asm.movImm(Reg.RAX, 0);
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
    asm.alu(AluOp.CMP, Width.B8, Registers.SCRATCH2, helpers.get(middle).getKey());
    asm.jump(Cond.NE, other);
    asm.movImm(Reg.RAX, helpers.get(middle).getValue());
    asm.ret();
    if (leaf) return;
    var lower = new Label();
    asm.bind(other);
    asm.jump(Cond.L, lower);
    search(helpers.subList(middle + 1, helpers.size()), missing);
    asm.bind(lower);
    search(helpers.subList(0, middle), missing);
  }
}
