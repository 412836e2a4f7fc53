package org.jitalloc.core.grace;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.core.stack.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Runs actions once no thread can be inside code that was retired: epoch-based reclamation.
 *
 * <p>A thread that calls code goes through {@link #enter} and {@link #exit}. {@link #retire} takes
 * the actions.
 */
public final class GracePeriod {
  /*
   * Policy: epochs, asymmetric. A thread that enters stores the epoch it saw into a slot of its
   * own, and zero when it leaves its outermost call: plain stores, no fence. A thread that retires
   * something begins a new epoch, then executes a barrier in all threads (membarrier) and reads the
   * slots: a thread inside has an epoch before the new one, or it entered after the barrier, and
   * then it sees everything that was retired before `retire` was called.
   * Invariants:
   *   I1 an action runs once, after each thread that was inside when it was retired has left
   *   I2 a slot is 0 if and only if its thread is in no call
   * Ordering: enter's store comes before the caller's check that the code is live. The compiler
   * keeps that order because of the fence between them, which costs no instruction on x86 when it
   * is a release fence; the processor need not keep it, as the barrier of the retiring side makes
   * up for that. Where there is no such barrier (images), enter has a full fence, and so has the
   * retiring side.
   * Locks: `lock` guards the queue and the list of slots; actions run outside of it, one thread at
   * a time may run several.
   * Cost: enter and exit a look into a table by thread and two stores; retire one membarrier, if
   * another thread ever entered, and a look at each thread's slot.
   */
  private static final VarHandle ENTERED;

  static {
    try {
      ENTERED = MethodHandles.lookup().findVarHandle(Slot.class, "entered", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** The entry of one thread. */
  public static final class Slot {
    /** The epoch in which the thread entered its outermost call; 0 outside. */
    private long entered; // written by ENTERED

    private final long threadId;

    /**
     * The number of entries for which the thread still checks its stack: code that is not compiled
     * yet may need more stack to leave than to enter.
     */
    private int cold = 10_000;

    Slot(long threadId) {
      this.threadId = threadId;
    }
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private static final int RECENT = 256;

  private static final int LEAST_SLOTS = 64;

  /** The slot of a nested entry: its exit changes nothing. */
  private static final Slot NESTED = new Slot(0);

  /**
   * An action that waits. The queue is a list of these and not an ArrayDeque, which loses all its
   * elements if an OutOfMemoryError comes while it grows.
   */
  private static final class Retired {
    private final long epoch;
    private final Runnable action;
    private @Nullable Retired next;

    Retired(long epoch, Runnable action) {
      this.epoch = epoch;
      this.action = action;
    }
  }

  private final @Nullable Runnable barrier;
  private final Object lock = new Object();
  private final List<WeakReference<Slot>> slots = new ArrayList<>();

  /** With this number of slots, those of threads that ended are searched. */
  private int slotsBeforePruning = LEAST_SLOTS;

  /** The number of searches of all slots because of a new one. Guarded by the lock. */
  private int prunings;

  /** The first action that waits; the others follow it. Guarded by the lock, as the next two. */
  private @Nullable Retired first;

  private @Nullable Retired last;
  private int waiting;

  /** The threads that run an action, one entry for each nested action. Guarded by the lock. */
  private final List<Thread> running = new ArrayList<>();

  private final ThreadLocal<Slot> mine = ThreadLocal.withInitial(this::newSlot);

  /**
   * Slots by thread, faster than {@link #mine}. Without synchronisation: a slot says which thread
   * it belongs to.
   */
  private final @Nullable Slot[] recent = new Slot[RECENT];

  private volatile long epoch = 1;

  /**
   * Makes it.
   *
   * @param barrier executes a memory barrier in each thread of this process; null if there is no
   *     such barrier, and then each thread that enters executes one
   */
  public GracePeriod(@Nullable Runnable barrier) {
    this.barrier = barrier;
  }

  private Slot newSlot() {
    var slot = new Slot(Thread.currentThread().threadId());
    var reference = new WeakReference<Slot>(slot);
    synchronized (lock) {
      if (slots.size() >= slotsBeforePruning) {
        slots.removeIf(other -> other.get() == null);
        prunings++;
        // At least as many slots come before the next search as this one reads, so a new thread
        // costs constant time on average.
        slotsBeforePruning = Math.max(LEAST_SLOTS, 2 * slots.size());
      }
      slots.add(reference);
    }
    return slot;
  }

  /** Enters code. The caller checks afterwards that the code is live. */
  public Slot enter() {
    return enter(recent);
  }

  /** As {@link #enter()}, for a caller that keeps {@link #recent()}. */
  public Slot enter(@Nullable Slot[] slotsByThread) {
    long threadId = Thread.currentThread().threadId();
    Slot slot = slotsByThread[(int) threadId & RECENT - 1];
    if (slot == null || slot.threadId != threadId) {
      slot = mine.get();
      slotsByThread[(int) threadId & RECENT - 1] = slot;
    }
    if (slot.entered != 0) {
      return NESTED;
    }
    if (slot.cold > 0) {
      slot.cold--;
      StackReserve.requireToLeave();
    }
    ENTERED.setOpaque(slot, epoch);
    if (barrier == null) {
      VarHandle.fullFence();
    } else {
      VarHandle.releaseFence();
    }
    return slot;
  }

  /** {@return the slots by thread, for {@link #enter(Slot[])}} */
  public @Nullable Slot[] recent() {
    return recent;
  }

  /** Leaves the code that this thread entered last. */
  public static void exit(Slot slot) {
    ENTERED.setRelease(slot, 0L);
  }

  /**
   * Runs an action once no thread can be inside code that was retired before this call: now if no
   * thread is inside, else in a later call of this method or of {@link #settle}.
   */
  public void retire(Runnable action) {
    enqueue(action);
    settle();
  }

  /** Queues an action for a later {@link #settle}. Nothing has changed if this throws. */
  public void enqueue(Runnable action) {
    synchronized (lock) {
      var added = new Retired(epoch + 1, action);
      if (last == null) {
        first = added;
      } else {
        last.next = added;
      }
      last = added;
      waiting++;
      epoch++;
    }
  }

  /**
   * Runs the actions that are due. An action that throws is logged, and the others run.
   *
   * @return the number of actions that wait, or that another thread runs; actions that this thread
   *     runs do not count, as it would wait for itself
   */
  public int settle() {
    long due = due();
    for (Retired next; (next = takeDue(due)) != null; ) {
      try {
        next.action.run();
      } catch (Throwable failure) {
        log(failure);
      } finally {
        ended();
      }
    }
    synchronized (lock) {
      int own = 0;
      for (Thread thread : running) {
        own += thread.equals(Thread.currentThread()) ? 1 : 0;
      }
      return waiting + running.size() - own;
    }
  }

  /** {@return the number of actions that wait, without running any} */
  public int waiting() {
    synchronized (lock) {
      return waiting;
    }
  }

  /** {@return the number of searches of all slots because of a new one} */
  int prunings() {
    synchronized (lock) {
      return prunings;
    }
  }

  /** {@return the epoch up to which no thread is inside; 0 if no action waits} */
  private long due() {
    synchronized (lock) {
      if (first == null) {
        return 0;
      }
      if (barrier == null) {
        VarHandle.fullFence();
      } else if (othersMayRun()) {
        barrier.run();
      }
      // An action that is queued after the barrier waits for the next one.
      return Math.min(epoch, oldestEntered());
    }
  }

  private @Nullable Retired takeDue(long due) {
    if (due == 0) {
      return null;
    }
    // An action that was taken has to run, else it is lost.
    StackReserve.requireForActions();
    synchronized (lock) {
      Retired taken = first;
      if (taken == null || taken.epoch > due) {
        return null;
      }
      running.add(Thread.currentThread());
      first = taken.next;
      last = first == null ? null : last;
      waiting--;
      return taken;
    }
  }

  private void ended() {
    synchronized (lock) {
      running.remove(Thread.currentThread());
    }
  }

  private static void log(Throwable failure) {
    try {
      LOG.log(Level.ERROR, "an action after a grace period failed", failure);
    } catch (Throwable again) {
      // A log handler that fails does not stop later actions.
    }
  }

  /** {@return whether another thread ever entered; a first entry takes the lock before} */
  private boolean othersMayRun() {
    long self = Thread.currentThread().threadId();
    for (WeakReference<Slot> reference : slots) {
      Slot slot = reference.get();
      if (slot != null && slot.threadId != self) {
        return true;
      }
    }
    return false;
  }

  /** {@return the epoch of the oldest entry of a thread that is inside} */
  private long oldestEntered() {
    long oldest = Long.MAX_VALUE;
    for (WeakReference<Slot> reference : slots) {
      Slot slot = reference.get();
      long entered = slot == null ? 0 : (long) ENTERED.getAcquire(slot);
      if (entered != 0) {
        oldest = Math.min(oldest, entered);
      }
    }
    return oldest;
  }
}
