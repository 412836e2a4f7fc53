package org.jitalloc.kmod.autoload;

import static org.jitalloc.kmod.RequestOutcome.LOADED;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.RequestOutcome.HelperDone;
import org.jitalloc.kmod.RequestOutcome.NotDone;
import org.jitalloc.kmod.RequestOutcome.Reason;
import org.jitalloc.kmod.autoload.Anchors.Anchor;
import org.jspecify.annotations.Nullable;

/**
 * Executes requests for modules by name, as {@code request_module} (kernel/module/kmod.c): runs the
 * helper for the first request, and gives its outcome to all others for the same name. Thread-safe.
 */
public final class ModuleRequests implements AutoCloseable {
  /*
   * A request first gets a slot (or is BUSY after a while). Then the first request of a name, if it
   * waits for the end, becomes the anchor and runs the helper; a later one waits for the anchor and
   * keeps its slot. A request that does not wait runs the helper without becoming an anchor, and
   * keeps its slot until the helper ends; if there is an anchor, it ends at once.
   * Locks: Request's monitor, then those of the cache in Anchors; that of Slots; none of them while
   * a future completes, the helper is started or a warning given. A thread that releases a
   * slot does not run the request that gets it: the queue does, because a long chain of waiting
   * requests with a known outcome would recurse deeply.
   */
  private static final int LONGEST_NAME = 55;
  private static final Duration WARNING_INTERVAL = Duration.ofSeconds(5);
  private static final int WARNING_BURST = 10;

  private final AutoloadConfig config;
  private final ModuleHelper helper;
  private final WorkQueue queue;
  private final WarningSink warnings;
  private final Slots slots;
  private final Anchors anchors;

  /** The requests that are not decided. Its monitor guards it and {@link #closed}. */
  private final Set<Request> open = new HashSet<>();

  private boolean closed;
  private final RateLimit busyWarnings = new RateLimit(WARNING_INTERVAL, WARNING_BURST);

  /**
   * Creates it without requests.
   *
   * @param config limits and times
   * @param helper loads modules
   * @param queue executes deferred work
   * @param warnings receives warnings
   */
  public ModuleRequests(
      AutoloadConfig config, ModuleHelper helper, WorkQueue queue, WarningSink warnings) {
    this.config = config;
    this.helper = helper;
    this.queue = queue;
    this.warnings = warnings;
    this.slots = new Slots(queue, config.concurrentRequests(), config.slotTimeout());
    this.anchors = new Anchors(queue, config.memory());
  }

  /**
   * Requests a module and waits for the outcome.
   *
   * @param name the name of the module, or an alias
   * @return the outcome; see {@link Request#await} for threads that are interrupted
   */
  public RequestOutcome request(String name) {
    return submit(name, true).await();
  }

  /**
   * Requests a module.
   *
   * @param name the name of the module, or an alias; aliases of one module are different names
   * @param waits whether the request ends with the load, or when the load has begun
   * @return the request
   */
  public Request submit(String name, boolean waits) {
    Throwable caller =
        config.traceDuplicates() ? new Throwable("caller that requests " + name) : null;
    var request = new Request(this, name, waits, caller);
    Reason refusal = refusal(name);
    if (refusal != null) {
      request.decide(new NotDone(refusal));
      return request;
    }
    if (!enter(request)) {
      request.decide(new NotDone(Reason.CLOSED));
      return request;
    }
    Slots.Ticket ticket;
    try {
      ticket = slots.take();
    } catch (RuntimeException | Error failed) {
      request.decide(new NotDone(Reason.NO_HELPER));
      throw failed;
    }
    request.enqueue(ticket);
    if (ticket.granted().isDone()) {
      admit(request, ticket.granted().join());
    } else {
      var _ = ticket.granted().thenAcceptAsync(slot -> admit(request, slot), queue::soon);
    }
    return request;
  }

  /** {@return false if this is closed} */
  private boolean enter(Request request) {
    synchronized (open) {
      return !closed && open.add(request);
    }
  }

  /** A request was decided. */
  void leave(Request request) {
    synchronized (open) {
      open.remove(request);
    }
  }

  /**
   * Ends all requests that are not decided, and refuses new ones, with {@link Reason#CLOSED}. A
   * helper that was started continues.
   */
  @Override
  public void close() {
    List<Request> left;
    synchronized (open) {
      closed = true;
      left = List.copyOf(open);
    }
    left.forEach(request -> request.decide(new NotDone(Reason.CLOSED)));
  }

  private @Nullable Reason refusal(String name) {
    if (config.helper().isEmpty()) {
      return Reason.NO_HELPER;
    }
    return name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME
        ? Reason.NAME_TOO_LONG
        : null;
  }

  private void admit(Request request, boolean hasSlot) {
    if (!hasSlot) {
      warnBusy(request);
      request.decide(new NotDone(Reason.BUSY));
      return;
    }
    if (!request.waits()) {
      admitNoWait(request);
      return;
    }
    Anchors.Claim claim = request.claim(anchors);
    if (claim == null) {
      return;
    }
    if (claim.isOwn()) {
      run(request);
      return;
    }
    warnDuplicate(request);
    var _ = claim.anchor().result().thenAccept(request::decide);
  }

  private void admitNoWait(Request request) {
    if (anchors.isKnown(request.name())) {
      warnDuplicate(request);
      request.decide(LOADED);
    } else {
      run(request);
    }
  }

  private void run(Request request) {
    CompletionStage<Integer> exit;
    try {
      exit = helper.start(new ModprobeCall(config.helper(), request.name()));
    } catch (IOException | RuntimeException | Error failed) {
      // The request ends in each case, so that its slot is free and others get its outcome.
      request.decide(new NotDone(Reason.NO_HELPER));
      warnings.warn(
          "module %s: %s cannot be started".formatted(request.name(), config.helper()), failed);
      return;
    }
    if (!request.waits()) {
      request.answer(LOADED);
    }
    var _ =
        exit.whenComplete(
            (status, failure) ->
                request.decide(
                    failure == null ? new HelperDone(status) : new NotDone(Reason.HELPER_LOST)));
  }

  void announce(Anchor anchor, RequestOutcome outcome) {
    anchors.announce(anchor, outcome);
  }

  private void warnDuplicate(Request request) {
    warnings.warn(
        "module-autoload: duplicate request for module " + request.name(), request.caller());
  }

  private void warnBusy(Request request) {
    int missed = busyWarnings.pass(queue.nanoTime());
    if (missed < 0) {
      return;
    }
    warnings.warn(
        "module %s is not loaded: all %d slots were taken for %d s%s"
            .formatted(
                request.name(),
                config.concurrentRequests(),
                config.slotTimeout().toSeconds(),
                missed == 0 ? "" : "; %d more such warnings were left out".formatted(missed)),
        null);
  }

  /** For tests. {@return the number of free slots} */
  int freeSlots() {
    return slots.free();
  }
}
