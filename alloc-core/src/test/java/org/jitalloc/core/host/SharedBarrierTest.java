package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedBarrierTest {

  @Test
  void sequentialCalls_executeOneBarrierEach() {
    var barriers = new AtomicInteger();
    var shared = new SharedBarrier(barriers::incrementAndGet);
    shared.execute();
    shared.execute();
    assertEquals(2, barriers.get());
  }

  @Test
  void callersDuringABarrier_shareTheNextBarrier() throws InterruptedException {
    int callers = 8;
    var barriers = new AtomicInteger();
    var inside = new CountDownLatch(1);
    var proceed = new CountDownLatch(1);
    var shared =
        new SharedBarrier(
            () -> {
              if (barriers.incrementAndGet() == 1) {
                inside.countDown();
                await(proceed);
              }
            });
    Thread first = Thread.ofPlatform().start(shared::execute);
    inside.await();
    var others = new Thread[callers];
    for (int i = 0; i < callers; i++) {
      others[i] = Thread.ofPlatform().start(shared::execute);
    }
    for (Thread other : others) {
      while (other.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
    }
    proceed.countDown();
    first.join();
    for (Thread other : others) {
      other.join();
    }
    assertEquals(2, barriers.get());
  }

  @Test
  void failedBarrier_servesNoCaller() {
    var barriers = new AtomicInteger();
    var shared =
        new SharedBarrier(
            () -> {
              if (barriers.incrementAndGet() == 1) {
                throw new StackOverflowError();
              }
            });
    assertThrows(StackOverflowError.class, shared::execute);
    shared.execute();
    assertEquals(2, barriers.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
