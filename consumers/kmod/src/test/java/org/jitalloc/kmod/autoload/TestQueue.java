package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A queue whose time is the test's, and whose due work is done in any order. For one thread. */
public final class TestQueue implements WorkQueue {
  private final List<Work> pending = new ArrayList<>();
  private long now;

  private record Work(long due, Runnable body) {}

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public Cancellation after(Duration delay, Runnable body) {
    var work = new Work(now + delay.toNanos(), body);
    pending.add(work);
    return () -> pending.removeIf(work::equals);
  }

  /** Does one of the things that are due. {@return whether there was one} */
  public boolean step(RandomGenerator random) {
    List<Work> due = pending.stream().filter(work -> work.due() <= now).toList();
    if (due.isEmpty()) {
      return false;
    }
    Work next = due.get(random.nextInt(due.size()));
    pending.remove(next);
    next.body().run();
    return true;
  }

  /** Lets time pass, and does all that is due by then, in order of time. */
  public void pass(Duration time, RandomGenerator random) {
    long end = now + time.toNanos();
    while (true) {
      while (step(random)) {}
      long next = pending.stream().mapToLong(Work::due).min().orElse(Long.MAX_VALUE);
      if (next > end) {
        now = end;
        return;
      }
      now = next;
    }
  }

  /** {@return how many things are still to be done} */
  public int size() {
    return pending.size();
  }
}
