package org.jitalloc.kmod.autoload;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.autoload.Anchors.Anchor;
import org.jspecify.annotations.Nullable;

/**
 * One request for a module. Its end is decided once, by whatever comes first: the helper, the first
 * request for the same name, a time-out, an interrupt. Thread-safe.
 */
public final class Request {
  private final ModuleRequests requests;
  private final String name;
  private final boolean waits;
  private final @Nullable Throwable caller;
  private final CompletableFuture<RequestOutcome> outcome = new CompletableFuture<>();

  /** These are guarded by this; an anchor is claimed and noted in one step. */
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
   * How it ends.
   *
   * @return completes when that is known, on a thread that is in a hurry
   */
  public CompletableFuture<RequestOutcome> outcome() {
    return outcome.copy();
  }

  /**
   * Waits for the end. A thread that is interrupted while it waits does so no longer: the request
   * ends {@linkplain RequestOutcome.Reason#INTERRUPTED interrupted}, and the thread stays
   * interrupted.
   *
   * @return how it ended
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

  /** Ends it, unless its end is decided. */
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

  /** {@return the first request for this name, or null if the end of this one is decided} */
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

  /** Tells the requester an outcome, while the request goes on and keeps its slot. */
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
