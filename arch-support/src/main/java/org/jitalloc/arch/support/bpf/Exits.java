package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.support.asm.Label;

/** How a program ends before its EXIT. The shared parts are emitted once, at the first use. */
final class Exits {
  private final Translation to;
  private final Emitters machine;
  private final Label leave = new Label();
  private final Label helperEnded = new Label();
  private final Label faulted = new Label();
  private final Label noHelper = new Label();
  private boolean helperEndedUsed;
  private boolean faultedUsed;
  private boolean noHelperUsed;

  Exits(Translation to, Emitters machine) {
    this.to = to;
    this.machine = machine;
  }

  /** Where to go if a helper has ended the program. */
  Label helperEnded() {
    if (!helperEndedUsed) {
      to.outOfLine(this::emitHelperEnded);
    }
    helperEndedUsed = true;
    return helperEnded;
  }

  /** Ends the program: an instruction may not access the failing address. */
  void fault(int index) {
    machine.exits().failingInsn(index);
    machine.code().jump(faulted);
    if (!faultedUsed) {
      to.outOfLine(() -> emitFailure(faulted, BpfFrame.FAULT));
    }
    faultedUsed = true;
  }

  /** Ends the program: an instruction calls a helper that is not there. */
  void noHelper(int index) {
    machine.exits().failingInsn(index);
    machine.code().jump(noHelper);
    if (!noHelperUsed) {
      to.outOfLine(() -> emitFailure(noHelper, BpfFrame.BAD_HELPER));
    }
    noHelperUsed = true;
  }

  private void emitHelperEnded() {
    machine.code().bind(helperEnded);
    machine.exits().loadResult();
    leave();
  }

  private void emitFailure(Label here, long status) {
    machine.code().bind(here);
    machine.exits().fail(status | (long) to.source().id() << BpfFrame.STATUS_ID_SHIFT);
    leave();
  }

  /** Goes back to the machine stack of the first function, and out. */
  private void leave() {
    if (!to.usage().leavesFromDepth()) {
      machine.code().jump(to.exit());
    } else if (leave.bound()) {
      machine.code().jump(leave);
    } else {
      machine.code().bind(leave);
      machine.exits().restoreStack();
      machine.code().jump(to.exit());
    }
  }
}
