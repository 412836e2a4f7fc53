package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Label;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;

/** How a program ends before its EXIT. The shared parts are emitted once, at the first use. */
final class LeaveCode {
  private final Translation to;
  private final Assembler asm;
  private final Label helperEnded = new Label();
  private final Label faulted = new Label();
  private final Label noHelper = new Label();
  private boolean helperEndedUsed;
  private boolean faultedUsed;
  private boolean noHelperUsed;

  LeaveCode(Translation to) {
    this.to = to;
    asm = to.asm;
  }

  /** Where to go if a helper has ended the program. */
  Label helperEnded() {
    if (!helperEndedUsed) to.outOfLine(this::emitHelperEnded);
    helperEndedUsed = true;
    return helperEnded;
  }

  /** Ends the program: instruction {@code index} may not access the address in SCRATCH. */
  void fault(int index) {
    asm.constant(Registers.SCRATCH0, index);
    asm.jump(faulted);
    if (!faultedUsed) to.outOfLine(() -> emitFailure(faulted, BpfFrame.FAULT));
    faultedUsed = true;
  }

  /**
   * Ends the program: instruction {@code index} calls a helper that is not there, by the number in
   * SCRATCH.
   */
  void noHelper(int index) {
    asm.constant(Registers.SCRATCH0, index);
    asm.jump(noHelper);
    if (!noHelperUsed) to.outOfLine(() -> emitFailure(noHelper, BpfFrame.BAD_HELPER));
    noHelperUsed = true;
  }

  private void emitHelperEnded() {
    asm.bind(helperEnded);
    asm.mem(MemOp.LG, Registers.RESULT, field(BpfFrame.RESULT));
    leave();
  }

  private void emitFailure(Label here, long status) {
    asm.bind(here);
    asm.mem(MemOp.STG, Registers.SCRATCH, field(BpfFrame.ADDRESS));
    asm.mem(MemOp.STG, Registers.SCRATCH0, field(BpfFrame.INSN));
    asm.constant(Registers.SCRATCH0, status);
    asm.mem(MemOp.STG, Registers.SCRATCH0, field(BpfFrame.STATUS));
    asm.constant(Registers.RESULT, 0);
    leave();
  }

  /** Goes back to the machine stack of the first function, and out. */
  private void leave() {
    asm.mem(MemOp.LG, Registers.MACHINE_STACK, field(BpfFrame.SAVED_SP));
    asm.jump(to.exit);
  }

  static Mem field(int offset) {
    return Mem.at(Registers.FRAME, offset);
  }
}
