package org.jitalloc.core.grace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GracePeriodTest {

  private final List<String> done = new ArrayList<>();
  private int barriers;
  private final GracePeriod grace = new GracePeriod(() -> barriers++);

  @Test
  void retire_withNobodyInside_runsAtOnce() {
    grace.retire(() -> done.add("a"));
    assertEquals(List.of("a"), done);
    assertEquals(0, barriers, "no other thread ever entered");
  }

  @Test
  void retire_afterOthersEntered_needsABarrier() throws InterruptedException {
    anotherThreadEnters(grace);
    grace.retire(() -> done.add("a"));
    assertEquals(List.of("a"), done);
    assertEquals(1, barriers);
  }

  private static void anotherThreadEnters(GracePeriod grace) throws InterruptedException {
    var other = new Thread(() -> GracePeriod.exit(grace.enter()));
    other.start();
    other.join();
  }

  @Test
  void retire_whileInside_waitsForTheOutermostExit() {
    GracePeriod.Slot outer = grace.enter();
    grace.retire(() -> done.add("a"));
    GracePeriod.Slot inner = grace.enter();
    GracePeriod.exit(inner);
    assertEquals(1, grace.settle());
    assertEquals(List.of(), done);
    GracePeriod.exit(outer);
    assertEquals(0, grace.settle());
    assertEquals(List.of("a"), done);
  }

  @Test
  void retire_beforeEntering_doesNotWait() {
    GracePeriod.Slot first = grace.enter();
    grace.retire(() -> done.add("a"));
    GracePeriod.exit(first);
    GracePeriod.Slot second = grace.enter();
    grace.retire(() -> done.add("b"));
    assertEquals(List.of("a"), done, "a thread that entered later is not inside");
    GracePeriod.exit(second);
    assertEquals(0, grace.settle());
    assertEquals(List.of("a", "b"), done);
  }

  @Test
  void retire_waitsForOtherThreads() throws InterruptedException {
    var slot = new GracePeriod.Slot[1];
    var other = new Thread(() -> slot[0] = grace.enter());
    other.start();
    other.join();
    grace.retire(() -> done.add("a"));
    assertEquals(List.of(), done, "its slot says that it is inside, whatever became of it");
    GracePeriod.exit(slot[0]);
    assertEquals(0, grace.settle());
    assertEquals(List.of("a"), done);
  }

  @Test
  void actionThatFails_failsForItselfAlone() {
    GracePeriod.Slot slot = grace.enter();
    grace.retire(
        () -> {
          throw new IllegalStateException("first");
        });
    grace.retire(() -> done.add("b"));
    GracePeriod.exit(slot);
    assertEquals(0, grace.settle());
    assertEquals(List.of("b"), done);
  }

  @Test
  void actionThatThrowsAnError_failsForItselfAlone() {
    GracePeriod.Slot slot = grace.enter();
    grace.retire(
        () -> {
          throw new AssertionError("first");
        });
    grace.retire(() -> done.add("b"));
    GracePeriod.exit(slot);
    assertEquals(0, grace.settle());
    assertEquals(List.of("b"), done);
  }

  @Test
  void settle_byAnAction_doesNotWaitForItself() {
    List<Integer> waiting = new ArrayList<>();
    grace.retire(() -> waiting.add(grace.settle()));
    assertEquals(List.of(0), waiting);
  }

  /** Each new thread would look at all others, and many threads never come to an end. */
  @Test
  void newThreads_lookAtOthersSeldom() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    var out = new java.util.concurrent.CountDownLatch(1);
    var in = new java.util.concurrent.CountDownLatch(5000);
    for (int i = 0; i < 5000; i++) {
      threads.add(
          Thread.startVirtualThread(
              () -> {
                GracePeriod.exit(grace.enter());
                in.countDown();
                try {
                  out.await();
                } catch (InterruptedException end) {
                  Thread.currentThread().interrupt();
                }
              }));
    }
    in.await();
    out.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(grace.prunings() <= 20, () -> grace.prunings() + " looks at all threads");
  }

  @Test
  void barrierThatFails_losesNothing() throws InterruptedException {
    var failing =
        new GracePeriod(
            () -> {
              if (barriers++ == 0) {
                throw new IllegalStateException("no barrier");
              }
            });
    anotherThreadEnters(failing);
    assertThrows(IllegalStateException.class, () -> failing.retire(() -> done.add("a")));
    assertEquals(0, failing.settle());
    assertEquals(List.of("a"), done);
  }
}
