package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Label;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;

/** How a program ends before its EXIT. The shared parts are emitted once, at the first use. */
final class LeaveCode {
  private final Translation to;
  private final Assembler asm;
  private final Label leave = new Label();
  private final Label helperEnded = new Label();
  private final Label faulted = new Label();
  private final Label noHelper = new Label();
  private boolean leaveUsed;
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

  /** Ends the program: instruction {@code index} may not access the address in SCRATCH2. */
  void fault(int index) {
    asm.movImm(Registers.SCRATCH, index);
    asm.jump(faulted);
    if (!faultedUsed) to.outOfLine(() -> emitFailure(faulted, BpfFrame.FAULT));
    faultedUsed = true;
  }

  /**
   * Ends the program: instruction {@code index} calls a helper that is not there, by the number in
   * SCRATCH2.
   */
  void noHelper(int index) {
    asm.movImm(Registers.SCRATCH, index);
    asm.jump(noHelper);
    if (!noHelperUsed) to.outOfLine(() -> emitFailure(noHelper, BpfFrame.BAD_HELPER));
    noHelperUsed = true;
  }

  /** Loads a field of the BpfFrame. */
  void loadField(Reg t, int offset) {
    asm.load(Width.B8, t, Mem.at(Registers.FRAME, offset), Registers.CONSTANT);
  }

  private void storeField(Reg t, int offset) {
    asm.store(Width.B8, t, Mem.at(Registers.FRAME, offset), Registers.CONSTANT);
  }

  private void emitHelperEnded() {
    asm.bind(helperEnded);
    loadField(Registers.of(0), BpfFrame.RESULT);
    leave();
  }

  private void emitFailure(Label here, long status) {
    asm.bind(here);
    storeField(Registers.SCRATCH2, BpfFrame.ADDRESS);
    storeField(Registers.SCRATCH, BpfFrame.INSN);
    asm.movImm(Registers.SCRATCH, status);
    storeField(Registers.SCRATCH, BpfFrame.STATUS);
    asm.movImm(Registers.of(0), 0);
    leave();
  }

  /** Goes back to the machine stack of the first function, and out. */
  private void leave() {
    if (!to.usage.leavesFromDepth()) {
      asm.jump(to.exit);
    } else if (leaveUsed) {
      asm.jump(leave);
    } else {
      leaveUsed = true;
      asm.bind(leave);
      loadField(Registers.SCRATCH, BpfFrame.SAVED_SP);
      asm.movSp(Reg.SP, Registers.SCRATCH);
      asm.jump(to.exit);
    }
  }
}
