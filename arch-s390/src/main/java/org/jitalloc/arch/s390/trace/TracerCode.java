package org.jitalloc.arch.s390.trace;

import java.util.Set;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

/** One tracer: what returns go to, and behind it what sites call. */
final class TracerCode {
  /*
   * When a site calls, R0 has the address behind it and R14 the one that the function returns to; R0 and R1 are nobody's.
   * BUSY keeps the thread from entering twice: by a callback that uses what is traced, or by a signal.
   */
  private final long address;
  private final TracerSpec spec;
  private final Set<String> cpuFeatures;
  private final Assembler code = new Assembler();
  private final SlotCode slot;
  private final EventCode event;
  private final ReturnCode returns;

  TracerCode(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    this.address = address;
    this.spec = spec;
    this.cpuFeatures = cpuFeatures;
    slot = new SlotCode(code, area);
    event = new EventCode(code, area, slot);
    returns = new ReturnCode(code, area, slot, event);
  }

  Tracers.Tracer emit() {
    if (spec.returns()) {
      returns.hook();
    }
    var entry = new Label();
    code.bind(entry);
    called();
    byte[] bytes = code.finish();
    return new Tracers.Tracer(bytes, code.offset(entry));
  }

  private void called() {
    var elsewhere = new Label();
    var found = new Label();
    var nested = new Label();
    var done = new Label();
    var leave = new Label();
    slot.save();
    slot.lookUp(elsewhere);
    code.bind(found);
    code.mem(MemOp.LTG, Reg.R5, Mem.at(SlotCode.SLOT, TraceArea.BUSY));
    code.jump(Cond.NOT_EQUAL, nested);
    slot.busy(true);
    body(done);
    code.bind(done);
    slot.busy(false);
    code.bind(leave);
    slot.restore();
    code.reg(RegOp.LGR, Reg.R1, Reg.R0);
    code.jump(Reg.R1);
    count(nested, TraceArea.NESTED, leave);
    code.bind(elsewhere);
    takeSlot(found, leave);
  }

  private void count(Label label, int what, Label next) {
    code.bind(label);
    slot.count(what);
    code.jump(next);
  }

  private void takeSlot(Label found, Label leave) {
    var claim = new Label();
    var none = new Label();
    slot.search(found, claim);
    code.bind(claim);
    slot.claim(found, none);
    code.bind(none);
    slot.countUnplaced();
    code.jump(leave);
  }

  /** Callbacks come first: they are given the address to return to before it is replaced. */
  private void body(Label done) {
    var unhooked = new Label();
    var full = new Label();
    var written = new Label();
    if (!spec.callbacks().isEmpty()) {
      new CallbackCode(code, cpuFeatures).emit(spec.callbacks());
    }
    if (spec.returns()) {
      returns.await(unhooked);
    }
    if (spec.calls()) {
      event.begin(full, written);
      event.put(Reg.R0, TraceArea.IP);
      event.put(Reg.R14, TraceArea.LINK);
      if (spec.returns()) {
        event.kindWithDepth(TraceArea.CALL);
      } else {
        event.kind(TraceArea.CALL);
      }
      event.publish();
    }
    code.bind(written);
    if (spec.returns()) {
      code.constant(Reg.R14, address);
    }
    code.jump(done);
    count(full, TraceArea.DROPPED, written);
    count(unhooked, TraceArea.UNHOOKED, done);
  }
}
