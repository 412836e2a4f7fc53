package org.jitalloc.kprobes.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.kprobes.ProbeHandler;
import org.jspecify.annotations.Nullable;

/** What all detours of a target call: finds the probes of a place and calls their handlers. */
final class Dispatcher {
  /*
   * A thread that is in a handler hits nothing: what it meets is missed. Return addresses that were
   * replaced are kept by thread. Where a function jumps to another at its end, the true address is
   * the only one that is not our place of return. When a return probe has no room for a call,
   * threads that ended give theirs back.
   */

  /** What a thread is in. */
  private static final class State {
    private final WeakReference<Thread> thread = new WeakReference<>(Thread.currentThread());
    private final AtomicBoolean released = new AtomicBoolean();
    private final AwaitedReturns awaited = new AwaitedReturns();
    private final MemorySegment changes;
    private boolean inHandler;
    private boolean isKnown;

    State(int numbers) {
      changes = Arena.ofAuto().allocate(JAVA_LONG, numbers);
    }

    /** {@return whether the thread has ended; then its calls have given their room back} */
    boolean isReleased() {
      Thread known = thread.get();
      if (known != null && known.isAlive()) {
        return false;
      }
      if (released.compareAndSet(false, true)) {
        awaited.clear();
      }
      return true;
    }
  }

  private final List<String> names;
  private final ThreadLocal<State> threads;

  /** Of threads in which a return probe was hit. */
  private final Queue<State> returning = new ConcurrentLinkedQueue<>();

  private volatile @Nullable ProbePoint[] points = new @Nullable ProbePoint[16];
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private int last;
  private volatile long returnPlace;

  Dispatcher(List<String> names) {
    this.names = names;
    threads = ThreadLocal.withInitial(() -> new State(names.size() + 1));
  }

  /** Sets the address that replaced return addresses lead to. Called before the first hit. */
  void returnTo(long address) {
    returnPlace = address;
  }

  /** Gives a place its identity. */
  synchronized int add(ProbePoint point) {
    @Nullable ProbePoint[] all = points;
    int id = free.isEmpty() ? ++last : free.pop();
    if (id >= all.length) {
      all = Arrays.copyOf(all, all.length * 2);
    }
    all[id] = point;
    points = all;
    return id;
  }

  /** Forgets a point. No thread is on its way to it. */
  synchronized void remove(int id) {
    @Nullable ProbePoint[] all = points;
    all[id] = null;
    points = all;
    free.push(id);
  }

  /** The handler of {@link org.jitalloc.arch.trace.ProbeCodec}. */
  long hit(long[] numbers) {
    State thread = threads.get();
    int id = (int) numbers[0];
    HitRegisters registers;
    if (id == 0) {
      registers = returned(thread, numbers);
    } else {
      ProbePoint point = points[Math.abs(id)];
      if (point == null) {
        return 0;
      }
      registers = new HitRegisters(names, point.address(), numbers);
      met(thread, point, registers, id < 0);
    }
    return registers.isChanged() ? write(thread, registers) : 0;
  }

  private void met(State thread, ProbePoint point, HitRegisters registers, boolean behind) {
    LiveProbe[] probes = point.enabled();
    if (thread.inHandler) {
      if (!behind) {
        miss(probes);
      }
      return;
    }
    thread.inHandler = true;
    try {
      for (LiveProbe probe : probes) {
        if (behind) {
          callAfter(probe, registers);
        } else {
          callBefore(thread, probe, registers);
        }
      }
      if (!behind && point.isBorrowed()) {
        for (LiveProbe probe : probes) {
          callAfter(probe, registers);
        }
      }
    } finally {
      thread.inHandler = false;
    }
  }

  /** Those that have no handler were counted on the way. */
  private static void miss(LiveProbe[] probes) {
    for (LiveProbe probe : probes) {
      if (probe.counter == null) {
        probe.missed.increment();
      }
    }
  }

  private static void callAfter(LiveProbe probe, HitRegisters registers) {
    ProbeHandler handler = probe.after;
    if (handler == null) {
      return;
    }
    if (probe.before == null) {
      probe.hits.increment();
    }
    probe.call(handler, registers);
  }

  private void callBefore(State thread, LiveProbe probe, HitRegisters registers) {
    if (probe.returns != null) {
      enter(thread, probe, registers);
      return;
    }
    ProbeHandler handler = probe.before;
    if (handler == null) {
      return;
    }
    probe.hits.increment();
    probe.call(handler, registers);
  }

  private void enter(State thread, LiveProbe probe, HitRegisters registers) {
    var call = new AwaitedReturns.Call(probe, registers.stackPointer(), registers.top());
    thread.awaited.prepare(call, call.returnAddress() == returnPlace);
    if (!takeRoom(probe)) {
      probe.missed.increment();
      return;
    }
    if (!thread.isKnown) {
      thread.isKnown = true;
      returning.removeIf(State::isReleased);
      returning.add(thread);
    }
    thread.awaited.add(call);
    registers.setTop(returnPlace);
    if (probe.before != null) {
      probe.call(probe.before, registers);
    }
  }

  private boolean takeRoom(LiveProbe probe) {
    return hasRoom(probe) || returning.removeIf(State::isReleased) && hasRoom(probe);
  }

  private static boolean hasRoom(LiveProbe probe) {
    if (probe.room.getAndDecrement() > 0) {
      return true;
    }
    probe.room.incrementAndGet();
    return false;
  }

  private HitRegisters returned(State thread, long[] numbers) {
    long address = 0;
    long stackPointer = numbers[2];
    var registers = new HitRegisters(names, 0, numbers);
    boolean wasInHandler = thread.inHandler;
    thread.inHandler = true;
    try {
      do {
        AwaitedReturns.Call call = thread.awaited.take(stackPointer);
        if (call == null) {
          break;
        }
        address = call.returnAddress();
        registers.returning(call.probe().address(), address);
        callReturn(call.probe(), registers, wasInHandler);
      } while (address == returnPlace);
    } finally {
      thread.inHandler = wasInHandler;
    }
    registers.setTop(address);
    return registers;
  }

  private static void callReturn(LiveProbe probe, HitRegisters registers, boolean nested) {
    ProbeHandler handler = probe.returns;
    if (handler == null || !probe.enabled) {
      return;
    }
    if (nested) {
      probe.missed.increment();
      return;
    }
    probe.hits.increment();
    probe.call(handler, registers);
  }

  private static long write(State thread, HitRegisters registers) {
    for (int i = 0; i < registers.changes(); i++) {
      thread.changes.setAtIndex(JAVA_LONG, i, registers.changeAt(i));
    }
    return thread.changes.address();
  }
}
