package org.jitalloc.core.memory;

import java.lang.System.Logger.Level;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jitalloc.JitMemory;
import org.jitalloc.Leak;
import org.jspecify.annotations.Nullable;

/**
 * Finds memory whose handle was lost, reports it with the stack that allocated it, and frees it if
 * the policy says so: the kernel's kmemleak, by the garbage collector.
 */
final class Leaks implements AutoCloseable {
  /*
   * Policy: a block is both the record that the slabs hold and the handle that users get, so that
   * most allocations cost one object. Of those that are watched, users get another handle, which
   * nothing else refers to. The collector finds out when it is gone.
   * Cost: an allocation that is not watched counts one number down. One that is takes a walk of the
   * stack, some microseconds.
   * Threads: on the host a daemon waits for lost handles, from the first one that is watched until
   * `close`. An image has no thread, which would keep it from being collected itself: it looks when
   * it is asked, and when it has no room.
   * Locks: the monitor guards the list of what was found and the thread; nothing is freed, logged
   * or waited for under it.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  /** Deep enough to come out of a code generator. */
  private static final int FRAMES = 24;

  /** As many stacks as are told of an owner who goes away. */
  private static final int MOST_STACKS = 10;

  private static final int MOST_FOUND = 1000;

  private static final Set<String> INNER_FRAMES =
      Set.of(Leaks.class.getName(), OwnerAllocator.class.getName());

  private final String target;
  private final LeakPolicy policy;
  private final boolean threaded;
  private final Sampler sampler;
  private final ReferenceQueue<Object> queue = new ReferenceQueue<>();

  /** Says that there will be no more. An interrupt would do so too, and reach a logger's files. */
  private final Reference<Object> end = new PhantomReference<>(this, queue);

  private final Set<Claim.Watch> watches = ConcurrentHashMap.newKeySet();
  private final ArrayDeque<Leak> found = new ArrayDeque<>();
  private volatile @Nullable Thread thread;
  private boolean closed;

  /**
   * Makes it.
   *
   * @param target the name of the target
   * @param threaded whether a thread waits for lost handles
   */
  Leaks(String target, LeakPolicy policy, boolean threaded) {
    this.target = target;
    this.policy = policy;
    this.threaded = threaded;
    sampler = new Sampler(policy.every());
  }

  /** What the user of a new block gets: the block itself, unless it is one that is watched. */
  JitMemory handle(Block block) {
    return sampler.next() ? newClaim().handle(block) : block;
  }

  /** A claim to what is going to be allocated; null unless it is one that is watched. */
  @Nullable Claim newSet() {
    return sampler.next() ? newClaim() : null;
  }

  private Claim newClaim() {
    if (threaded && thread == null) {
      start();
    }
    List<StackWalker.StackFrame> stack =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames
                        .dropWhile(frame -> INNER_FRAMES.contains(frame.getClassName()))
                        .limit(FRAMES)
                        .toList());
    return new Claim(watches, queue, stack);
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      try {
        thread = Thread.ofPlatform().daemon().name("jitalloc-leaks-" + target).start(this::watch);
      } catch (Throwable refused) {
        // The system gives no thread now; the next allocation that is watched tries again.
      }
    }
  }

  private void watch() {
    while (true) {
      try {
        if (!(queue.remove() instanceof Claim.Watch lost)) {
          return;
        }
        report(lost);
      } catch (Throwable failure) {
        tell(failure);
      }
    }
  }

  /** One report that fails does not end the search. */
  private void tell(Throwable failure) {
    try {
      LOG.log(Level.ERROR, "a lost handle of " + target + " could not be reported", failure);
    } catch (Throwable again) {
      // A log handler that fails is not the next report's business.
    }
  }

  /** Looks whether handles were lost, unless a thread does. */
  void look() {
    if (!threaded) {
      while (queue.poll() instanceof Claim.Watch lost) {
        report(lost);
      }
    }
  }

  private void report(Claim.Watch watch) {
    for (Block block : watch.end()) {
      report(watch, block);
    }
  }

  private void report(Claim.Watch watch, Block block) {
    Instant now = Instant.now();
    String what = block.toString();
    boolean reclaimed = policy.reclaim() && reclaim(block);
    List<StackTraceElement> stack = watch.stack();
    LOG.log(
        Level.WARNING,
        "lost without being closed: {0} of {1}, {2} old; {3}; allocated at{4}",
        what,
        block.owner().name(),
        Duration.between(watch.since(), now),
        reclaimed ? "it was freed now" : "it stays until its owner goes",
        lines(stack));
    var leak = new Leak(block.describe(), watch.since(), now, stack, reclaimed);
    synchronized (this) {
      if (found.size() == MOST_FOUND) {
        found.removeFirst();
      }
      found.addLast(leak);
    }
  }

  /** Frees a block. {@return false if that failed} */
  private static boolean reclaim(Block block) {
    try {
      block.closeQuietly();
      return true;
    } catch (RuntimeException failure) {
      LOG.log(Level.ERROR, "lost memory could not be freed: " + block, failure);
      return block.isFreed();
    }
  }

  private static String lines(List<StackTraceElement> stack) {
    return stack.stream().map(frame -> "\n\tat " + frame).collect(Collectors.joining());
  }

  /** What was found, the last ones last. */
  List<Leak> found() {
    look();
    synchronized (this) {
      return List.copyOf(found);
    }
  }

  /** Where those allocations of an owner were made that are watched and not freed. */
  String stacksOf(Owner owner) {
    return watches.stream()
        .filter(watch -> watch.held().stream().anyMatch(block -> block.owner() == owner))
        .limit(MOST_STACKS)
        .map(watch -> "\n" + watch.held() + " allocated at" + lines(watch.stack()))
        .collect(Collectors.joining());
  }

  /**
   * Ends the watches over what was freed by others than its users. These may have the handles
   * still, and the frames of a stack their classes: nothing else would ever end those watches.
   */
  void forgetFreed() {
    watches.removeIf(watch -> watch.held().isEmpty());
  }

  /** Ends the thread; returns when it is in no report any more. */
  @Override
  public void close() {
    Thread ending;
    synchronized (this) {
      closed = true;
      ending = thread;
    }
    if (ending != null) {
      end.enqueue();
      Reaper.awaitEnd(ending);
    }
    watches.clear();
  }
}
