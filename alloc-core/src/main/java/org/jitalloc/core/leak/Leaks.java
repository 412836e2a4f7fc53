package org.jitalloc.core.leak;

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
import org.jitalloc.core.block.Block;
import org.jitalloc.core.grace.Reaper;
import org.jitalloc.core.quota.Owner;
import org.jspecify.annotations.Nullable;

/**
 * Finds memory whose handle was lost, reports it with the stack that allocated it, and frees it if
 * the policy says so: the kernel's kmemleak, by the garbage collector.
 */
public final class Leaks implements AutoCloseable {
  /*
   * Policy: a block is both the record of the slabs and the handle of its user, so that most
   * allocations cost one object. The user of a watched block gets a separate handle, which nothing
   * else references. The garbage collector reports when it is lost.
   * Cost: an allocation that is not watched decrements a counter. A watched one takes a walk of the
   * stack, some microseconds.
   * Threads: on the host a daemon waits for lost handles, from the first watched allocation until
   * `close`. An image has no thread, since the thread would keep the image reachable: it polls when
   * leaks are asked for, and when it has no space.
   * Locks: the monitor guards the list of leaks and the thread; nothing is freed, logged or waited
   * for under it.
   */
  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  /** Enough to reach the caller of a code generator. */
  private static final int FRAMES = 24;

  /** The most stacks in the message about an owner that left. */
  private static final int MOST_STACKS = 10;

  private static final int MOST_FOUND = 1000;

  private final String target;
  private final LeakPolicy policy;
  private final boolean threaded;
  private final Set<String> innerFrames;
  private final Sampler sampler;
  private final ReferenceQueue<Object> queue = new ReferenceQueue<>();

  /** Ends the queue. An interrupt could reach the file channel of a log handler instead. */
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
   * @param entry the class that users call, which is left out of stacks
   */
  public Leaks(String target, LeakPolicy policy, boolean threaded, Class<?> entry) {
    this.target = target;
    this.policy = policy;
    this.threaded = threaded;
    innerFrames = Set.of(Leaks.class.getName(), entry.getName());
    sampler = new Sampler(policy.every());
  }

  /** {@return the handle of a new block: the block itself, unless it is watched} */
  public JitMemory handle(Block block) {
    return sampler.next() ? newClaim().handle(block) : block;
  }

  /** {@return the claim of a set of new blocks; null if they are not watched} */
  public @Nullable Claim newSet() {
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
                        .dropWhile(frame -> innerFrames.contains(frame.getClassName()))
                        .limit(FRAMES)
                        .toList());
    return new Claim(watches, queue, stack);
  }

  private synchronized void start() {
    if (thread == null && !closed) {
      try {
        thread = Thread.ofPlatform().daemon().name("jitalloc-leaks-" + target).start(this::watch);
      } catch (Throwable refused) {
        // The system refuses a thread now. The next watched allocation tries again.
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

  /** A report that fails does not end the search. */
  private void tell(Throwable failure) {
    try {
      LOG.log(Level.ERROR, "a lost handle of " + target + " could not be reported", failure);
    } catch (Throwable again) {
      // A log handler that fails does not stop later reports.
    }
  }

  /** Reports handles that were lost, unless a thread does. */
  public void look() {
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
        reclaimed ? "it was freed now" : "it stays until its owner leaves",
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

  /** {@return the reported leaks, the latest last} */
  public List<Leak> found() {
    look();
    synchronized (this) {
      return List.copyOf(found);
    }
  }

  /** {@return the stacks of the watched allocations of an owner that are not freed} */
  public String stacksOf(Owner owner) {
    return watches.stream()
        .filter(watch -> watch.held().stream().anyMatch(block -> block.owner() == owner))
        .limit(MOST_STACKS)
        .map(watch -> "\n" + watch.held() + " allocated at" + lines(watch.stack()))
        .collect(Collectors.joining());
  }

  /**
   * Ends the watches of blocks that others than their users freed. The users may still have the
   * handles, and the frames of a stack reference their classes, so nothing else ends these watches.
   */
  public void forgetFreed() {
    watches.removeIf(watch -> watch.held().isEmpty());
  }

  /** Ends the thread. Returns when it is in no report any more. */
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
