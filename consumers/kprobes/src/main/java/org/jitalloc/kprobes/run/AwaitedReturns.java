package org.jitalloc.kprobes.run;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of a thread whose return addresses were replaced. Used by one thread at a time. */
final class AwaitedReturns {
  /*
   * A function returns with the stack pointer that it was entered with. Several probes of one
   * function, and functions that one has jumped to at its end, are all of one stack pointer. So the
   * stack pointers of awaited calls never rise from the first to the last.
   * A call with a higher stack pointer means that the last ones were left by other ways (longjmp),
   * or that it is on another stack (a handler's, a coroutine's): they become doubtful. These give
   * their room back, but stay known, for nothing else knows where a function goes on that does
   * return. One that does not is forgotten when the same function is called again from the same
   * place with the same stack pointer, so their number is bounded.
   */

  /** A call whose return address was replaced. */
  record Call(LiveProbe probe, long stackPointer, long returnAddress) {
    boolean isLowerThan(long other) {
      return Long.compareUnsigned(stackPointer, other) < 0;
    }
  }

  private final ArrayDeque<Call> awaited = new ArrayDeque<>();
  private final Map<Long, ArrayDeque<Call>> doubtful = new HashMap<>();

  /**
   * Has calls that seem to be left give their room back, before one is added.
   *
   * @param call the one that is going to be added
   * @param isEndOfAnother whether it is the end of a call with the same stack pointer, which is
   *     awaited still
   */
  void prepare(Call call, boolean isEndOfAnother) {
    doubtLower(call.stackPointer);
    if (!isEndOfAnother) {
      doubt(call.stackPointer);
    }
    ArrayDeque<Call> same = doubtful.isEmpty() ? null : doubtful.get(call.stackPointer);
    if (same != null && same.remove(call)) {
      dropIfEmpty(call.stackPointer, same);
    }
  }

  /** Adds a call, which has taken room of its probe. */
  void add(Call call) {
    awaited.push(call);
  }

  private boolean isLast(long stackPointer) {
    Call last = awaited.peek();
    return last != null && last.stackPointer == stackPointer;
  }

  private void doubtLower(long stackPointer) {
    while (!awaited.isEmpty() && awaited.element().isLowerThan(stackPointer)) {
      doubt(awaited.element().stackPointer);
    }
  }

  /** The last calls become doubtful that have a stack pointer; their order stays. */
  private void doubt(long stackPointer) {
    if (!isLast(stackPointer)) {
      return;
    }
    var left = new ArrayDeque<Call>();
    while (isLast(stackPointer)) {
      Call call = awaited.pop();
      call.probe.room.incrementAndGet();
      left.push(call);
    }
    left.forEach(doubtful.computeIfAbsent(stackPointer, _ -> new ArrayDeque<>())::push);
  }

  private void dropIfEmpty(long stackPointer, ArrayDeque<Call> calls) {
    if (calls.isEmpty()) {
      doubtful.remove(stackPointer);
    }
  }

  /**
   * Takes the last call with a stack pointer, which gives its room back.
   *
   * @param stackPointer of the return
   * @return the call; null if there is none
   */
  @Nullable Call take(long stackPointer) {
    doubtLower(stackPointer);
    if (isLast(stackPointer)) {
      Call call = awaited.pop();
      call.probe.room.incrementAndGet();
      return call;
    }
    ArrayDeque<Call> same = doubtful.get(stackPointer);
    if (same == null) {
      return null;
    }
    Call call = same.pop();
    dropIfEmpty(stackPointer, same);
    return call;
  }

  /** All calls give their room back: their thread has ended. */
  void clear() {
    awaited.forEach(call -> call.probe.room.incrementAndGet());
    awaited.clear();
    doubtful.clear();
  }
}
