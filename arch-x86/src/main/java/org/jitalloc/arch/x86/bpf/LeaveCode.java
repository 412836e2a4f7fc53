package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Label;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

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

  private void emitHelperEnded() {
    asm.bind(helperEnded);
    asm.load(Width.B8, Reg.RAX, field(BpfFrame.RESULT));
    leave();
  }

  private void emitFailure(Label here, long status) {
    asm.bind(here);
    asm.store(Width.B8, field(BpfFrame.ADDRESS), Registers.SCRATCH2);
    asm.store(Width.B8, field(BpfFrame.INSN), Registers.SCRATCH);
    asm.storeImm(Width.B8, field(BpfFrame.STATUS), (int) status);
    asm.movImm(Reg.RAX, 0);
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
      asm.load(Width.B8, Reg.RSP, field(BpfFrame.SAVED_SP));
      asm.jump(to.exit);
    }
  }

  static Mem field(int offset) {
    return Mem.at(Registers.FRAME, offset);
  }
}
