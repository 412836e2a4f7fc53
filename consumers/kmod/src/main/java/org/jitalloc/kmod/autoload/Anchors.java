package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.kmod.RequestOutcome;

/**
 * The first requests for each name. Others for the same name, word by word, get what the first one
 * got; so do those that come up to a while later, also if it was an error: what asks for a module
 * again and again would otherwise have it tried again and again.
 */
final class Anchors {
  private final WorkQueue queue;
  private final Duration memory;

  /** Guarded by this. */
  private final Map<String, Anchor> byName = new HashMap<>();

  /**
   * The first request for a name.
   *
   * @param name it asked for
   * @param result what all get; completes a little after the first one has it, so that it goes on
   *     first
   */
  record Anchor(String name, CompletableFuture<RequestOutcome> result) {}

  /**
   * What a request finds.
   *
   * @param anchor the first one for its name
   * @param isOwn whether it is that itself
   */
  record Claim(Anchor anchor, boolean isOwn) {}

  Anchors(WorkQueue queue, Duration memory) {
    this.queue = queue;
    this.memory = memory;
  }

  synchronized Claim claim(String name) {
    Anchor anchor = byName.get(name);
    if (anchor != null) {
      return new Claim(anchor, false);
    }
    var own = new Anchor(name, new CompletableFuture<>());
    byName.put(name, own);
    return new Claim(own, true);
  }

  synchronized boolean isKnown(String name) {
    return byName.containsKey(name);
  }

  /** The first one ended; to be called once for each. */
  void announce(Anchor anchor, RequestOutcome outcome) {
    queue.soon(
        () -> {
          anchor.result().complete(outcome);
          queue.after(memory, () -> forget(anchor));
        });
  }

  private synchronized void forget(Anchor anchor) {
    byName.remove(anchor.name(), anchor);
  }
}
