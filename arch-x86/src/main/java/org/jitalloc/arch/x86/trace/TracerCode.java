package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.x86.trace.SlotCode.word;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** One tracer: what returns go to, and behind it what sites call. */
final class TracerCode {
  /*
   * A site calls before its function has touched anything. On the stack are the address behind the site and behind it the
   * one that the function returns to. Of the registers only R11 is free; RAX counts vector arguments, R10 may be a
   * static chain.
   * BUSY keeps the thread from entering twice: by a callback that uses what is traced, or by a signal.
   * Cost of an event: four pushes and pops, RDTSC, nine stores; no locked instruction, and no load that another thread
   * writes but READ and ON.
   */
  private static final List<Reg> SAVED = List.of(Reg.RAX, Reg.RCX, Reg.RDX, Reg.RSI);

  private final long address;
  private final TraceArea area;
  private final TracerSpec spec;
  private final boolean xsave;
  private final List<Reg> saved;
  private final Assembler code = new Assembler();
  private final SlotCode slot;
  private final EventCode event;
  private final ReturnCode returns;

  TracerCode(long address, TraceArea area, TracerSpec spec, Set<String> cpuFeatures) {
    this.address = address;
    this.area = area;
    this.spec = spec;
    xsave = cpuFeatures.contains("xsave");
    saved = spec.returns() ? ReturnCode.SAVED : SAVED;
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
    var full = new Label();
    var unhooked = new Label();
    saved.forEach(code::push);
    slot.lookUp(elsewhere);
    code.bind(found);
    code.alu(AluOp.CMP, Width.B8, word(TraceArea.BUSY), 0);
    code.jump(Cond.NE, nested);
    code.storeImm(Width.B8, word(TraceArea.BUSY), 1);
    body(full, unhooked, done);
    code.bind(done);
    code.storeImm(Width.B8, word(TraceArea.BUSY), 0);
    code.bind(leave);
    saved.reversed().forEach(code::pop);
    code.ret();
    count(full, TraceArea.DROPPED, done);
    count(unhooked, TraceArea.UNHOOKED, done);
    count(nested, TraceArea.NESTED, leave);
    code.bind(elsewhere);
    takeSlot(found, leave);
  }

  private void count(Label label, int what, Label next) {
    code.bind(label);
    code.alu(AluOp.ADD, Width.B8, word(what), 1);
    code.jump(next);
  }

  private void takeSlot(Label found, Label leave) {
    var claim = new Label();
    var none = new Label();
    slot.search(found, claim);
    code.bind(claim);
    slot.claim(found, none);
    code.bind(none);
    code.lockAlu(AluOp.ADD, Width.B8, SlotCode.header(TraceArea.UNPLACED), 1);
    code.jump(leave);
  }

  /** Callbacks come first: they are given the address to return to before it is replaced. */
  private void body(Label full, Label unhooked, Label done) {
    int ip = saved.size() * Long.BYTES;
    int parent = ip + Long.BYTES;
    if (!spec.callbacks().isEmpty()) {
      new CallbackCode(code, area, xsave).emit(spec.callbacks(), ip, parent);
    }
    if (spec.returns()) {
      returns.await(address, ip, parent, unhooked);
    }
    if (!spec.calls()) return;
    event.begin(full, done);
    copyToEvent(ip, TraceArea.IP);
    if (spec.returns()) {
      code.store(Width.B8, EventCode.at(TraceArea.LINK), Reg.RDI);
      event.endWithDepth(TraceArea.CALL);
    } else {
      copyToEvent(parent, TraceArea.LINK);
      event.end(TraceArea.CALL);
    }
  }

  private void copyToEvent(int fromStack, int to) {
    code.load(Width.B8, Reg.RAX, Mem.at(Reg.RSP, fromStack));
    code.store(Width.B8, EventCode.at(to), Reg.RAX);
  }
}
