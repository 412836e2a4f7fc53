package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A queue with a clock of the test, which executes due work in any order. For one thread. */
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

  /** Executes some due work. {@return whether there was any} */
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

  /** Advances the clock, and executes all work that is due by then, in the order of time. */
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

  /** {@return the amount of work that is left} */
  public int size() {
    return pending.size();
  }
}
