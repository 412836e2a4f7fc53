package org.jitalloc.arch.s390.bpf;

import java.util.List;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.Label;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;

/** Calls of functions of the program and of helpers. */
final class CallCode {
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
    asm.call(Registers.LINK, frames.entry(to.target(index)));
  }

  void helper(int index, BpfInsn insn) {
    if (insn.opcode() == BpfOp.CALLX) {
      findHelper(index, insn);
    } else {
      Long address = to.source.helpers().get(insn.imm());
      if (address == null) throw ProgramCode.unknown(index, insn);
      asm.constant(Registers.SCRATCH, address);
    }
    asm.reg(RegOp.BASR, Registers.LINK, Registers.SCRATCH);
    asm.reg(RegOp.LGR, Registers.RESULT, Registers.C_RESULT);
    asm.mem(MemOp.LTG, Registers.SCRATCH0, LeaveCode.field(BpfFrame.STATUS));
    asm.jump(Cond.NOT_EQUAL, leaving.helperEnded());
    clearArguments();
  }

  /** What C leaves in them is chance; a program that reads them all the same gets 0. */
  private void clearArguments() {
    for (int r = Registers.FIRST_ARGUMENT; r <= Registers.LAST_ARGUMENT; r++) {
      asm.constant(Registers.of(r), 0);
    }
  }

  /** The address of the helper whose number is in a register, into SCRATCH. */
  private void findHelper(int index, BpfInsn insn) {
    var missing = new Label();
    asm.reg(RegOp.LGR, Registers.SCRATCH0, Registers.of(insn.dst()));
    asm.call(Registers.LINK, lookUp);
    asm.reg(RegOp.LTGR, Registers.SCRATCH, Registers.SCRATCH);
    asm.jump(Cond.EQUAL, missing);
    to.outOfLine(
        () -> {
          asm.bind(missing);
          asm.reg(RegOp.LGR, Registers.SCRATCH, Registers.SCRATCH0);
          leaving.noHelper(index);
        });
    if (!lookUpUsed) to.outOfLine(this::emitLookUp);
    lookUpUsed = true;
  }

  /** A function of the number in SCRATCH0 that gives the address in SCRATCH, or 0. */
  private void emitLookUp() {
    asm.bind(lookUp);
    var missing = new Label();
    search(
        to.source.helpers().entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(),
        missing);
    asm.bind(missing);
    asm.constant(Registers.SCRATCH, 0);
    asm.jump(Registers.LINK);
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
    var lower = new Label();
    asm.word(WordOp.CGFI, Registers.SCRATCH0, helpers.get(middle).getKey());
    asm.jump(Cond.NOT_EQUAL, other);
    asm.constant(Registers.SCRATCH, helpers.get(middle).getValue());
    asm.jump(Registers.LINK);
    if (leaf) return;
    asm.bind(other);
    asm.jump(Cond.LOW, lower);
    search(helpers.subList(middle + 1, helpers.size()), missing);
    asm.bind(lower);
    search(helpers.subList(0, middle), missing);
  }
}
