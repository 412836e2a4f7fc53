package org.jitalloc.arch.support.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfStopSite;
import org.jitalloc.arch.support.asm.Label;

/** How a program ends before its EXIT. The shared parts are emitted once, at the first use. */
final class Exits {
  private final Translation to;
  private final Emitters machine;
  private final Label leave = new Label();
  private final Label helperEnded = new Label();
  private final Label faulted = new Label();
  private final Label noHelper = new Label();
  private final Label stackLow = new Label();
  private final List<StopSite> stopSites = new ArrayList<>();
  private final Label stopped = new Label();
  private final Label exhausted = new Label();
  private boolean helperEndedUsed;
  private boolean faultedUsed;
  private boolean noHelperUsed;
  private boolean stackLowUsed;
  private boolean polled;

  private record StopSite(Label site, Label stub) {}

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

  /** Ends the program: there is not enough of the machine's stack to call a helper. */
  void stackLow(int index) {
    machine.exits().failingInsn(index);
    machine.code().jump(stackLow);
    if (!stackLowUsed) {
      to.outOfLine(() -> emitFailure(stackLow, BpfFrame.STACK_LOW));
    }
    stackLowUsed = true;
  }

  /** Emits what stops the run at a poll point, before an instruction. */
  void poll(int index) {
    if (to.source().countsSteps()) {
      countStep(index);
    } else {
      stopSite(index);
    }
    if (!polled) {
      to.outOfLine(this::emitStops);
    }
    polled = true;
  }

  private void countStep(int index) {
    var stop = new Label();
    var noMore = new Label();
    machine.exits().jumpIfStopRequested(stop);
    machine.exits().countStep(noMore);
    to.outOfLine(
        () -> {
          leaveBefore(index, stop, stopped);
          leaveBefore(index, noMore, exhausted);
        });
  }

  private void stopSite(int index) {
    var site = new Label();
    var stub = new Label();
    var resume = new Label();
    machine.code().bind(site);
    machine.frames().patchSite();
    machine.code().bind(resume);
    stopSites.add(new StopSite(site, stub));
    to.outOfLine(
        () -> {
          var stop = new Label();
          machine.code().bind(stub);
          machine.exits().jumpIfStopRequested(stop);
          machine.code().jump(resume);
          leaveBefore(index, stop, stopped);
        });
  }

  /** {@return where the sites came to be, once the code is finished} */
  List<BpfStopSite> stopSites() {
    return stopSites.stream()
        .map(s -> new BpfStopSite(machine.code().offset(s.site), machine.code().offset(s.stub)))
        .toList();
  }

  private void leaveBefore(int index, Label here, Label target) {
    machine.code().bind(here);
    machine.exits().failingInsn(index);
    machine.code().jump(target);
  }

  private void emitStops() {
    emitFailure(stopped, BpfFrame.STOPPED);
    if (to.source().countsSteps()) {
      emitFailure(exhausted, BpfFrame.EXHAUSTED);
    }
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
