package org.jitalloc.kmod.autoload;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jitalloc.kmod.RequestOutcome;

/**
 * The first request for each name. Later requests for exactly the same name get the result of the
 * first one, also for a while after it ended, and also if it failed: otherwise a caller that
 * repeats a request would run the helper each time. Thread-safe.
 */
final class Anchors {
  /** More names than the modules and aliases that a system asks for in the time that counts. */
  static final int MOST_ANSWERS = 10_000;

  private final WorkQueue queue;

  /** An anchor without a result is neither too old nor evicted. */
  private final Cache<String, Anchor> byName;

  /**
   * The first request for a name.
   *
   * @param name the name that it requested
   * @param result the result for later requests; completes after the first request has it, so that
   *     the first one continues first
   */
  record Anchor(String name, CompletableFuture<RequestOutcome> result) {}

  /**
   * What a request finds.
   *
   * @param anchor the first request for its name
   * @param isOwn whether the request itself is the first one
   */
  record Claim(Anchor anchor, boolean isOwn) {}

  /**
   * Makes one without requests.
   *
   * @param queue completes results, and is the clock
   * @param memory how long a result is given to later requests
   */
  Anchors(WorkQueue queue, Duration memory) {
    this.queue = queue;
    byName =
        Caffeine.newBuilder()
            .ticker(queue::nanoTime)
            .executor(Runnable::run)
            .maximumWeight(MOST_ANSWERS)
            .weigher((String _, Anchor anchor) -> anchor.result().isDone() ? 1 : 0)
            .expireAfter(
                Expiry.<String, Anchor>writing(
                    (_, anchor) ->
                        anchor.result().isDone() ? memory : Duration.ofNanos(Long.MAX_VALUE)))
            .build();
  }

  Claim claim(String name) {
    var own = new Anchor(name, new CompletableFuture<>());
    Anchor anchor = byName.asMap().putIfAbsent(name, own);
    return anchor == null ? new Claim(own, true) : new Claim(anchor, false);
  }

  boolean isKnown(String name) {
    return byName.getIfPresent(name) != null;
  }

  /** Gives the result of the first request to the later ones. Is called once for each anchor. */
  void announce(Anchor anchor, RequestOutcome outcome) {
    queue.soon(
        () -> {
          anchor.result().complete(outcome);
          // Its age counts from now.
          byName.put(anchor.name(), anchor);
        });
  }

  /** For tests. {@return the number of names with a result or a request that is not decided} */
  long size() {
    byName.cleanUp();
    return byName.estimatedSize();
  }
}
