package org.jitalloc.kmod.autoload;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.autoload.Anchors.Anchor;
import org.jspecify.annotations.Nullable;

/**
 * A request for a module. Its outcome is decided once, by the first of these: the helper, the first
 * request for the same name, a time-out, an interrupt. Thread-safe.
 */
public final class Request {
  private final ModuleRequests requests;
  private final String name;
  private final boolean waits;
  private final @Nullable Throwable caller;
  private final CompletableFuture<RequestOutcome> outcome = new CompletableFuture<>();

  /** This and the next fields are guarded by this; an anchor is claimed and stored in one step. */
  private boolean isDecided;

  private @Nullable Anchor own;
  private Slots.@Nullable Ticket ticket;

  Request(ModuleRequests requests, String name, boolean waits, @Nullable Throwable caller) {
    this.requests = requests;
    this.name = name;
    this.waits = waits;
    this.caller = caller;
  }

  String name() {
    return name;
  }

  boolean waits() {
    return waits;
  }

  @Nullable Throwable caller() {
    return caller;
  }

  /**
   * Returns the outcome.
   *
   * @return completes when the outcome is decided, on a thread that must not be delayed
   */
  public CompletableFuture<RequestOutcome> outcome() {
    return outcome.copy();
  }

  /**
   * Waits for the outcome. If the thread is interrupted, the request ends as {@linkplain
   * RequestOutcome.Reason#INTERRUPTED interrupted}, and the thread stays interrupted.
   *
   * @return the outcome
   */
  public RequestOutcome await() {
    try {
      return outcome.get();
    } catch (InterruptedException interrupted) {
      interrupt();
      Thread.currentThread().interrupt();
      return outcome.join();
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Ends the request as interrupted, unless its outcome is decided. */
  public void interrupt() {
    decide(new RequestOutcome.NotDone(RequestOutcome.Reason.INTERRUPTED));
  }

  void enqueue(Slots.Ticket place) {
    synchronized (this) {
      if (!isDecided) {
        ticket = place;
        return;
      }
    }
    place.end();
  }

  /** {@return the first request for this name, or null if the outcome of this one is decided} */
  synchronized Anchors.@Nullable Claim claim(Anchors anchors) {
    if (isDecided) {
      return null;
    }
    Anchors.Claim claim = anchors.claim(name);
    if (claim.isOwn()) {
      own = claim.anchor();
    }
    return claim;
  }

  /** Gives the requester an outcome, while the request continues and keeps its slot. */
  void answer(RequestOutcome early) {
    outcome.complete(early);
  }

  void decide(RequestOutcome end) {
    Anchor anchor;
    Slots.Ticket place;
    synchronized (this) {
      if (isDecided) {
        return;
      }
      isDecided = true;
      anchor = own;
      place = ticket;
    }
    try {
      if (anchor != null) {
        requests.announce(anchor, end);
      }
    } finally {
      if (place != null) {
        place.end();
      }
      requests.leave(this);
      outcome.complete(end);
    }
  }
}
