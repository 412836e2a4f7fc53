package org.jitalloc.bpf.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class RunStacksTest {
  private final RunStacks stacks = new RunStacks(() -> 0);

  private static <T> T inAVirtualThread(Callable<T> task) throws Exception {
    var result = new FutureTask<>(task);
    Thread.ofVirtual().start(result);
    return result.get();
  }

  private RunStack use() {
    RunStack stack = stacks.acquire();
    stacks.release(stack);
    return stack;
  }

  @Test
  void platformThread_keepsItsStack() {
    assertSame(use(), use());
    assertEquals(0, stacks.pooled());
  }

  @Test
  void virtualThreads_thatRunOneAfterTheOther_useOneStack() throws Exception {
    RunStack first = inAVirtualThread(this::use);
    for (int n = 0; n < 100; n++) {
      assertSame(first, inAVirtualThread(this::use));
    }
    assertEquals(1, stacks.pooled());
  }

  @Test
  void virtualThread_inANestedRun_keepsItsStack() throws Exception {
    RunStack outer =
        inAVirtualThread(
            () -> {
              RunStack stack = stacks.acquire();
              Run run = stack.push();
              assertSame(stack, use());
              assertSame(run, stacks.current());
              assertEquals(0, stacks.pooled());
              stack.active = 0;
              stacks.release(stack);
              return stack;
            });
    assertEquals(1, stacks.pooled());
    assertSame(outer, inAVirtualThread(this::use));
    assertNotSame(outer, use());
  }

  @Test
  void pool_isBounded() throws Exception {
    List<RunStack> many = new ArrayList<>();
    for (int n = 0; n < 1000; n++) {
      many.add(inAVirtualThread(stacks::acquire));
    }
    inAVirtualThread(
        () -> {
          many.forEach(stacks::release);
          return true;
        });
    assertEquals(256, stacks.pooled());
  }
}
