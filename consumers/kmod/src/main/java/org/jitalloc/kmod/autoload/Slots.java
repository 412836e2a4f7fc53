package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.kmod.autoload.WorkQueue.Cancellation;
import org.jspecify.annotations.Nullable;

/** A fair semaphore with a time limit: it bounds the number of requests that run at once. */
final class Slots {
  /*
   * Invariants, under the monitor:
   *   I1 free is the number of slots minus the tickets that are HELD, and minus those that have
   *   just ended and are being handed over
   *   I2 tickets in the queue are WAITING, and the queue is empty unless free is 0
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

  /** The claim of a request to a slot. */
  final class Ticket {
    /** Guarded by the monitor of the slots. */
    private Stage stage = Stage.WAITING;

    private @Nullable Cancellation expiry;
    private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

    private Ticket() {}

    /** {@return completes with true when it gets a slot, or with false when its time is up} */
    CompletableFuture<Boolean> granted() {
      return granted;
    }

    /** Releases the slot, or stops waiting for one. Further calls do nothing. */
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

  /** {@return whether it held a slot, which is released now} */
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

  /** {@return the number of free slots} */
  synchronized int free() {
    return free;
  }
}
