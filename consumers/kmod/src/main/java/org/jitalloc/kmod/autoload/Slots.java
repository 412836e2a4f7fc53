package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.kmod.autoload.WorkQueue.Cancellation;
import org.jspecify.annotations.Nullable;

/** So many requests may be worked on at once; the others wait in the order they came, not long. */
final class Slots {
  /*
   * Invariants, under the monitor:
   *   I1 free is the number of slots less the tickets that are HELD, and less those that just ended
   *   and are handed over
   *   I2 who waits is WAITING, and somebody waits only while free is 0
   * A ticket is WAITING -> HELD -> ENDED or WAITING -> ENDED. Futures complete outside of the
   * monitor.
   */
  private final WorkQueue queue;
  private final Duration timeout;
  private final Deque<Ticket> waiting = new ArrayDeque<>();
  private int free;

  private enum Stage {
    WAITING,
    HELD,
    ENDED
  }

  /** One request's place. */
  final class Ticket {
    /** Guarded by the slots' monitor. */
    private Stage stage = Stage.WAITING;

    private @Nullable Cancellation expiry;
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

    private Ticket() {}

    /** {@return completes with true when there is a slot, or with false when time is up} */
    CompletableFuture<Boolean> granted() {
      return granted;
    }

    /** Gives the slot back, or stops waiting for one. The first call counts. */
    void end() {
      leave(this);
    }
  }

  Slots(WorkQueue queue, int count, Duration timeout) {
    this.queue = queue;
    this.free = count;
    this.timeout = timeout;
  }

  Ticket take() {
    var ticket = new Ticket();
    synchronized (this) {
      if (free == 0) {
        waiting.addLast(ticket);
        ticket.expiry = queue.after(timeout, () -> expire(ticket));
        return ticket;
      }
      free--;
      ticket.stage = Stage.HELD;
    }
    ticket.granted.complete(true);
    return ticket;
  }

  private void expire(Ticket ticket) {
    synchronized (this) {
      if (ticket.stage != Stage.WAITING) {
        return;
      }
      ticket.stage = Stage.ENDED;
      waiting.remove(ticket);
    }
    ticket.granted.complete(false);
  }

  private void leave(Ticket ticket) {
    Ticket next = end(ticket) ? handOver() : null;
    if (next != null) {
      next.granted.complete(true);
    }
  }

  /** {@return whether it had a slot, which is nobody's now} */
  private synchronized boolean end(Ticket ticket) {
    boolean wasHeld = ticket.stage == Stage.HELD;
    if (ticket.stage == Stage.WAITING) {
      waiting.remove(ticket);
      cancelExpiry(ticket);
    }
    ticket.stage = Stage.ENDED;
    return wasHeld;
  }

  private synchronized @Nullable Ticket handOver() {
    Ticket next = waiting.pollFirst();
    if (next == null) {
      free++;
    } else {
      next.stage = Stage.HELD;
      cancelExpiry(next);
    }
    return next;
  }

  private static void cancelExpiry(Ticket ticket) {
    Cancellation expiry = ticket.expiry;
    if (expiry != null) {
      expiry.cancel();
    }
  }

  /** {@return how many are free} */
  synchronized int free() {
    return free;
  }
}
