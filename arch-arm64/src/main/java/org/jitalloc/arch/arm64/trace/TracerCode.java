package org.jitalloc.arch.arm64.trace;

import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;

/** One tracer: what returns go to, and behind it what sites call. */
final class TracerCode {
  /*
   * When a site calls, X30 has the address behind it and X9 the one that the function returns to; X9 to X17 are nobody's, so
   * nothing has to be saved. The tracer goes on behind the site with X30 as the function expects it.
   * BUSY keeps the thread from entering twice: by a callback that uses what is traced, or by a signal.
   */
  private static final int RET_X10 = 0xd65f0140;

  private final long address;
  private final TracerSpec spec;
  private final Assembler code = new Assembler();
  private final SlotCode slot;
  private final EventCode event;
  private final ReturnCode returns;

  TracerCode(long address, TraceArea area, TracerSpec spec) {
    this.address = address;
    this.spec = spec;
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
    slot.lookUp(elsewhere);
    code.bind(found);
    slot.load(Reg.X14, TraceArea.BUSY);
    code.jumpIfNotZero(Width.B8, Reg.X14, nested);
    code.movImm(Reg.X14, 1);
    slot.store(Reg.X14, TraceArea.BUSY);
    body(done);
    code.bind(done);
    slot.store(Reg.ZR, TraceArea.BUSY);
    code.bind(leave);
    code.mov(Width.B8, Reg.X10, Reg.X30);
    code.mov(Width.B8, Reg.X30, Reg.X9);
    code.word(RET_X10);
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
      new CallbackCode(code).emit(spec.callbacks());
    }
    if (spec.returns()) {
      returns.await(unhooked);
    }
    if (spec.calls()) {
      event.begin(full, written);
      event.put(Reg.X30, TraceArea.IP);
      event.put(Reg.X9, TraceArea.LINK);
      if (spec.returns()) {
        event.kindWithDepth(TraceArea.CALL);
      } else {
        event.kind(TraceArea.CALL);
      }
      event.publish();
    }
    code.bind(written);
    if (spec.returns()) {
      code.movImm(Reg.X9, address);
    }
    code.jump(done);
    count(full, TraceArea.DROPPED, written);
    count(unhooked, TraceArea.UNHOOKED, done);
  }
}
