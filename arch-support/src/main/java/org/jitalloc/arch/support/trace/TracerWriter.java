package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers.Tracer;

/** Writes one tracer: what returns go to, if it awaits any, and behind it what sites call. */
public final class TracerWriter {
  /*
   * Layout: what nearly always happens is a straight line; what is rare stands behind it.
   * BUSY keeps a thread from entering twice: by a callback that uses what is traced, or by a
   * signal. So all words of a slot but READ have one writer at a time.
   * A function that is left by longjmp never returns to the hook; its frame is behind those that
   * are still awaited, and its place below theirs. Whoever meets it drops it: a call, if the
   * frame's place is below its own; the hook, if it is not the hook's own. A function that ends in
   * a jump to another has two frames of one place, of which the second returns to the hook again.
   */
  private final TracerSpec spec;
  private final CodeWriter code;
  private final EntryEmitter entry;
  private final SlotEmitter slots;
  private final ReturnFrameEmitter frames;
  private final EventEmitter events;
  private final CallbackEmitter callbacks;

  /**
   * Begins.
   *
   * @param spec what the tracer does
   * @param machine what emits its parts
   */
  public TracerWriter(TracerSpec spec, TracerEmitters machine) {
    this.spec = spec;
    code = machine.code();
    entry = machine.entry();
    slots = machine.slots();
    frames = machine.frames();
    events = machine.events();
    callbacks = machine.callbacks();
  }

  /**
   * Writes the tracer.
   *
   * @return its code; the hook is where it begins
   */
  public Tracer write() {
    if (spec.returns()) {
      hook();
    }
    var called = new Label();
    code.bind(called);
    called();
    byte[] bytes = code.finish();
    return new Tracer(bytes, code.offset(called));
  }

  private void called() {
    var elsewhere = new Label();
    var found = new Label();
    var nested = new Label();
    var full = new Label();
    var unhooked = new Label();
    var done = new Label();
    var leave = new Label();
    entry.enter();
    lookUp(elsewhere, found);
    slots.jumpIfBusy(nested);
    slots.busy(true);
    trace(full, unhooked, done);
    code.bind(done);
    slots.busy(false);
    code.bind(leave);
    entry.leave();
    if (spec.calls()) {
      count(full, TraceArea.DROPPED, done);
    }
    if (spec.returns()) {
      count(unhooked, TraceArea.UNHOOKED, done);
    }
    count(nested, TraceArea.NESTED, leave);
    code.bind(elsewhere);
    search(found);
    claim(found);
    slots.countUnplaced();
    code.jump(leave);
  }

  /** Callbacks come first: they are given the address to return to before it is replaced. */
  private void trace(Label full, Label unhooked, Label done) {
    if (!spec.callbacks().isEmpty()) {
      callbacks.save();
      spec.callbacks().forEach(callbacks::call);
      callbacks.restore();
    }
    if (spec.returns()) {
      await(unhooked);
    }
    if (!spec.calls()) {
      return;
    }
    begin(full, done);
    events.putCall();
    if (spec.returns()) {
      events.kindWithDepth(TraceArea.CALL);
    } else {
      events.kind(TraceArea.CALL);
    }
    events.publish();
  }

  private void await(Label full) {
    var again = new Label();
    var rest = new Label();
    frames.load(false);
    code.bind(again);
    frames.jumpIfNone(rest);
    frames.last();
    frames.jumpUnlessLeft(rest);
    frames.drop();
    code.jump(again);
    code.bind(rest);
    frames.jumpIfFull(full);
    frames.put();
  }

  private void hook() {
    var elsewhere = new Label();
    var found = new Label();
    var full = new Label();
    var leave = new Label();
    var lost = new Label();
    entry.enterHook();
    lookUp(elsewhere, found);
    slots.busy(true);
    takeFrame(lost);
    begin(full, leave);
    events.putReturn();
    events.kindWithDepth(TraceArea.RETURN);
    events.publish();
    code.bind(leave);
    slots.busy(false);
    entry.leaveHook();
    count(full, TraceArea.DROPPED, leave);
    code.bind(elsewhere);
    search(found);
    code.bind(lost);
    entry.trap();
  }

  private void takeFrame(Label lost) {
    var again = new Label();
    frames.load(true);
    code.bind(again);
    frames.jumpIfNone(lost);
    frames.last();
    frames.drop();
    frames.jumpIfOther(again);
    frames.store();
    frames.take();
  }

  private void begin(Label full, Label off) {
    events.jumpIfOff(off);
    events.jumpIfFull(full);
    events.begin();
  }

  private void lookUp(Label elsewhere, Label found) {
    slots.loadNumber();
    slots.first();
    slots.jumpIfOther(elsewhere);
    code.bind(found);
  }

  /** Looks into all slots that may be the thread's. Goes on behind if none is. */
  private void search(Label found) {
    var again = new Label();
    slots.loadProbes();
    code.bind(again);
    slots.jumpIfMine(found);
    slots.next(again);
  }

  /** Takes one that is no thread's. Goes on behind if there is none. */
  private void claim(Label found) {
    var again = new Label();
    slots.first();
    slots.loadProbes();
    code.bind(again);
    slots.take(found);
    slots.next(again);
  }

  private void count(Label label, int word, Label next) {
    code.bind(label);
    slots.count(word);
    code.jump(next);
  }
}
