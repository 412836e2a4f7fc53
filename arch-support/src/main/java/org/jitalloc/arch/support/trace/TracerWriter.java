package org.jitalloc.arch.support.trace;

import org.jitalloc.NativeThread;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.trace.TracerSpec;
import org.jitalloc.arch.trace.Tracers.Tracer;

/** Writes one tracer: the hook for returns, if it traces any, and then the entry for sites. */
public final class TracerWriter {
  /*
   * Layout: what nearly always happens is a straight line; what is rare stands behind it.
   * BUSY keeps a thread from entering twice: by a callback that uses what is traced, or by a
   * signal. So all words of a slot but READ have one writer at a time. It has the stack pointer of
   * the tracer that is running. A signal handler may leave a tracer by siglongjmp; then BUSY stays.
   * A call that is not made from inside that tracer, which its stack pointer says, takes over.
   * A function that is left by longjmp never returns to the hook; its frame stays. It is stale, and
   * dropped, once a call shows that its part of a stack is used again:
   * - The call has the same place, and does not return to a hook. (A function that ends in a jump
   *   to another has two frames of one place, of which the second returns to the hook again.)
   * - The call has a higher place, on the same stack.
   * - The frame is on the alternate stack for signals and the call is not: the kernel begins that
   *   stack anew for the next signal.
   * Other frames of other stacks are kept, for their functions may go on (what a handler
   * interrupted, a coroutine). So in an unusual order, the stacks are told apart, and the hook's
   * own frame may lie below frames of other stacks. It is found by its place and moved to the end.
   */
  private final TracerSpec spec;
  private final NativeThread thread;
  private final CodeWriter code;
  private final EntryEmitter entry;
  private final SlotEmitter slots;
  private final ReturnFrameEmitter frames;
  private final StackEmitter stack;
  private final EventEmitter events;
  private final CallbackEmitter callbacks;

  /**
   * Creates a writer.
   *
   * @param spec the work of the tracer
   * @param thread what the C library has for each thread
   * @param machine the emitters
   */
  public TracerWriter(TracerSpec spec, NativeThread thread, TracerEmitters machine) {
    this.spec = spec;
    this.thread = thread;
    code = machine.code();
    entry = machine.entry();
    slots = machine.slots();
    frames = machine.frames();
    stack = machine.stack();
    events = machine.events();
    callbacks = machine.callbacks();
  }

  /**
   * Writes the tracer.
   *
   * @return its code, which begins with the hook
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
    var busy = new Label();
    var idle = new Label();
    var hooking = new Await();
    var full = new Label();
    var done = new Label();
    var leave = new Label();
    entry.enter();
    lookUp(elsewhere, found);
    slots.jumpIfBusy(busy);
    code.bind(idle);
    slots.busy(true);
    trace(full, hooking, done);
    code.bind(done);
    slots.busy(false);
    code.bind(leave);
    entry.leave();
    if (spec.calls()) {
      count(full, TraceArea.DROPPED, done);
    }
    if (spec.returns()) {
      count(hooking.full, TraceArea.UNHOOKED, done);
      dropStale(hooking);
    }
    code.bind(busy);
    takeOver(idle);
    count(new Label(), TraceArea.NESTED, leave);
    code.bind(elsewhere);
    search(found);
    claim(found);
    slots.countUnplaced();
    code.jump(leave);
  }

  /** Callbacks come first: their argument is the return address before it is replaced. */
  private void trace(Label full, Await hooking, Label done) {
    if (!spec.callbacks().isEmpty()) {
      boolean hasErrno = thread.errnoLocation() != 0;
      callbacks.save();
      if (hasErrno) {
        callbacks.saveErrno(thread.errnoLocation());
      }
      spec.callbacks().forEach(callbacks::call);
      if (hasErrno) {
        callbacks.restoreErrno();
      }
      callbacks.restore();
    }
    if (spec.returns()) {
      await(hooking);
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

  /**
   * The places in the code that awaits a return.
   *
   * @param lower the last frame's place is lower than that of the call, or the frame stands apart
   * @param same it is the same
   * @param full there is no room for a frame
   */
  private record Await(Label again, Label lower, Label same, Label rest, Label put, Label full) {
    Await() {
      this(new Label(), new Label(), new Label(), new Label(), new Label(), new Label());
    }
  }

  private void await(Await at) {
    frames.load(false);
    code.bind(at.again);
    frames.jumpIfNone(at.rest);
    frames.last();
    frames.jumpUnlessLower(at.rest, at.same);
    code.jump(at.lower);
    code.bind(at.rest);
    frames.jumpIfFull(at.full);
    frames.put(false);
    code.bind(at.put);
  }

  private void dropStale(Await at) {
    var together = new Label();
    code.bind(at.same);
    frames.jumpIfHooked(at.rest);
    frames.drop();
    code.jump(at.again);
    code.bind(at.lower);
    resolve(true);
    frames.jumpIfAll(together);
    stack.answered();
    frames.all();
    frames.jumpIfFull(at.full);
    frames.put(true);
    code.jump(at.put);
    code.bind(together);
    stack.answered();
    code.jump(at.rest);
  }

  /**
   * Asks for the alternate stack and drops all frames that are stale. Behind it, the count is that
   * of the frames up to the last one of this stack.
   */
  private void resolve(boolean called) {
    var again = new Label();
    var same = new Label();
    var alternate = new Label();
    var other = new Label();
    var compare = new Label();
    var stale = new Label();
    var end = new Label();
    frames.store();
    stack.ask();
    code.bind(again);
    frames.jumpIfNone(end);
    frames.last();
    stack.jumpIfSame(same);
    stack.jumpIfAlternate(StackEmitter.Saved.FRAME, alternate);
    stack.jumpIfOnAlternate(other);
    stack.jumpUnlessOwn(StackEmitter.Saved.FRAME, other);
    code.bind(compare);
    stack.jumpIfHigher(end);
    code.bind(stale);
    moveToEnd();
    frames.store();
    code.jump(again);
    code.bind(other);
    frames.drop();
    code.jump(again);
    code.bind(alternate);
    stack.jumpIfOnAlternate(compare);
    code.jump(stale);
    code.bind(same);
    if (called) {
      frames.jumpIfHooked(end);
      code.jump(stale);
    }
    code.bind(end);
  }

  /** Moves the frame to the end of the stack, and sets the count to the number of the others. */
  private void moveToEnd() {
    var again = new Label();
    var last = new Label();
    frames.drop();
    code.bind(again);
    frames.jumpIfLast(last);
    frames.swap();
    code.jump(again);
    code.bind(last);
  }

  /**
   * Goes to {@code idle} if the tracer that made the slot busy is not running any more, else on
   * behind. A tracer on the alternate stack is not if the thread is not there. One on another stack
   * is running if the thread is on the alternate stack, in a handler that interrupted it.
   */
  private void takeOver(Label idle) {
    var here = new Label();
    var compare = new Label();
    var left = new Label();
    var inside = new Label();
    stack.ask();
    stack.jumpIfOnAlternate(here);
    stack.jumpIfAlternate(StackEmitter.Saved.BUSY, left);
    code.bind(compare);
    stack.jumpIfBelowBusy(inside);
    code.bind(left);
    stack.answered();
    code.jump(idle);
    code.bind(here);
    stack.jumpIfAlternate(StackEmitter.Saved.BUSY, compare);
    code.bind(inside);
    stack.answered();
  }

  private void hook() {
    var elsewhere = new Label();
    var found = new Label();
    var full = new Label();
    var leave = new Label();
    var lost = new Label();
    var other = new Label();
    var taken = new Label();
    entry.enterHook();
    lookUp(elsewhere, found);
    slots.busy(true);
    frames.load(true);
    frames.jumpIfNone(lost);
    frames.last();
    frames.drop();
    frames.jumpIfOther(other);
    code.bind(taken);
    frames.store();
    frames.take();
    begin(full, leave);
    events.putReturn();
    events.kindWithDepth(TraceArea.RETURN);
    events.publish();
    code.bind(leave);
    slots.busy(false);
    entry.leaveHook();
    count(full, TraceArea.DROPPED, leave);
    code.bind(other);
    findFrame(taken, lost);
    code.bind(elsewhere);
    search(found);
    code.bind(lost);
    entry.trap();
  }

  /**
   * Emits the search of the hook's frame if the last frame is stale, or belongs to another stack.
   */
  private void findFrame(Label taken, Label lost) {
    var again = new Label();
    var found = new Label();
    frames.keep();
    resolve(false);
    frames.all();
    code.bind(again);
    frames.jumpIfNone(lost);
    frames.last();
    stack.jumpIfSame(found);
    frames.drop();
    code.jump(again);
    code.bind(found);
    moveToEnd();
    stack.answered();
    code.jump(taken);
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

  /** Searches the slots that may belong to the thread. Falls through if none does. */
  private void search(Label found) {
    var again = new Label();
    slots.loadProbes();
    code.bind(again);
    slots.jumpIfMine(found);
    slots.next(again);
  }

  /** Acquires a free slot. Falls through if there is none. */
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
