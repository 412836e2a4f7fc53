package org.jitalloc.core.grace;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReaperTest {

  private final Semaphore turns = new Semaphore(0);

  private static Thread daemon(String name, Runnable loop) {
    return Thread.ofPlatform().daemon().name(name).start(loop);
  }

  private void awaitTurn() throws InterruptedException {
    assertTrue(turns.tryAcquire(20, TimeUnit.SECONDS), "no turn");
  }

  @Test
  void threadThatCannotStart_isTriedAgain() throws InterruptedException {
    var starts = new AtomicInteger();
    try (var reaper =
        new Reaper(
            "test",
            turns::release,
            _ -> {},
            (name, loop) -> {
              if (starts.getAndIncrement() < 2) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return daemon(name, loop);
            })) {
      reaper.wake();
      reaper.wake();
      assertTrue(!turns.tryAcquire(), "there is no thread yet");
      reaper.wake();
      awaitTurn();
    }
  }

  @Test
  void workThatThrowsAnError_doesNotEndTheThread() throws InterruptedException {
    var done = new AtomicInteger();
    try (var reaper =
        new Reaper(
            "test",
            () -> {
              turns.release();
              if (done.getAndIncrement() == 0) {
                throw new AssertionError("once");
              }
            },
            _ -> {},
            ReaperTest::daemon)) {
      reaper.wake();
      awaitTurn();
      reaper.wake();
      awaitTurn();
    }
  }
}
