package org.jitalloc.modules.duplicates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SameFileLoadsTest {
  private final SameFileLoads<String> loads = new SameFileLoads<>();
  private final AtomicInteger count = new AtomicInteger();

  @Test
  void join_whileOneLoads_givesItsResult_andAfterwardsBeginsAnew() {
    var first = loads.join(1);
    var second = loads.join(1);
    assertTrue(first.isFirst());
    assertFalse(second.isFirst());
    assertTrue(loads.join(2).isFirst());
    first.turn().done("EEXIST");
    assertEquals("EEXIST", second.turn().result().join());
    assertTrue(loads.join(1).isFirst());
  }

  @Test
  void load_oneAfterTheOther_isDoneEachTime() throws InterruptedException {
    assertEquals("1", loads.load("inode", this::next));
    assertEquals("2", loads.load("inode", this::next));
  }

  private String next() {
    return Integer.toString(count.incrementAndGet());
  }

  @Test
  void load_atOnce_givesAllTheSame() throws InterruptedException {
    var first = loads.join("inode");
    var results = new ConcurrentLinkedQueue<String>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      results.add(loads.load("inode", this::next));
                    } catch (InterruptedException impossible) {
                      results.add("interrupted");
                    }
                  }));
    }
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    first.turn().done("done");
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(Collections.nCopies(50, "done"), List.copyOf(results));
    assertEquals(0, count.get());
  }

  @Test
  void load_thatThrows_isAFailureForAllThatWait() throws InterruptedException {
    var other = new CompletableFuture<Object>();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            loads.load(
                "inode",
                () -> {
                  var second = loads.join("inode");
                  var _ = second.turn().result().whenComplete((_, why) -> other.complete(why));
                  throw new IllegalArgumentException("damaged");
                }));
    CompletionException failure = (CompletionException) other.join();
    assertEquals("damaged", failure.getCause().getMessage());
    assertEquals("1", loads.load("inode", this::next));
  }

  @Test
  void load_ofAnInterruptedThread_ends_andTheOthersDoNot() throws InterruptedException {
    var first = loads.join("inode");
    var thrown = new CompletableFuture<Throwable>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    loads.load("inode", this::next);
                  } catch (InterruptedException interrupted) {
                    thrown.complete(interrupted);
                  }
                });
    waiting.interrupt();
    assertEquals(InterruptedException.class, thrown.join().getClass());
    var other = loads.join("inode");
    first.turn().done("done");
    assertEquals("done", other.turn().result().join());
    assertEquals(0, count.get());
  }

  @Test
  void load_insideOfItself_isRefused_asItWouldWaitForever() {
    assertThrows(
        IllegalStateException.class,
        () ->
            loads.load(
                "inode",
                () -> {
                  try {
                    return loads.load("inode", this::next);
                  } catch (InterruptedException interrupted) {
                    return "interrupted";
                  }
                }));
  }
}
