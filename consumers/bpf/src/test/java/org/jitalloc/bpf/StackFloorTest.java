package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.JitAlloc;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.junit.jupiter.api.Test;

/** Helpers that are called by machine code where little of the stack is left. */
class StackFloorTest {
  private static final int THREADS = Integer.getInteger("jitalloc.test.stack.rounds", 200);
  private static final int WARM_UP = 20_000;
  private static final int STACK_BYTES = 192 << 10;

  private final AtomicLong ended = new AtomicLong();
  private final AtomicLong overflowed = new AtomicLong();
  private final AtomicReference<Throwable> other = new AtomicReference<>();

  /**
   * Recurses until there is no stack, and runs the program on the way back, from deep to shallow.
   */
  @SuppressWarnings("InfiniteRecursion") // until there is no stack
  private void dive(BpfProgram program) {
    try {
      dive(program);
    } catch (StackOverflowError deepest) {
      run(program);
      throw deepest;
    }
  }

  private void run(BpfProgram program) {
    try {
      if (program.run() == 7) {
        ended.incrementAndGet();
      }
    } catch (StackOverflowError low) {
      overflowed.incrementAndGet();
    } catch (Throwable unexpected) {
      other.compareAndSet(null, unexpected);
    }
  }

  private static Asm nested() {
    Asm asm = program();
    for (int depth = 0; depth < 7; depth++) {
      asm.callLocal(1).exit();
    }
    return asm.call(1).exit();
  }

  @Test
  void run_helperAtEveryDepthOfTheStack_isCalledOrThrowsStackOverflowError() throws Exception {
    BpfRuntime runtime = TestRuntimes.runtime(new Helper(1, "seven", (_, _) -> 7));
    for (Asm code : new Asm[] {program().call(1).exit(), nested()}) {
      try (BpfProgram program = runtime.load(code.bytes(), TestRuntimes.on(Engine.JIT))) {
        for (int i = 0; i < Math.min(WARM_UP, 100 * THREADS); i++) {
          assertEquals(7, program.run());
        }
        for (int i = 0; i < THREADS / 2; i++) {
          var thread =
              new Thread(
                  null,
                  () -> assertThrows(StackOverflowError.class, () -> dive(program)),
                  "diver",
                  STACK_BYTES + 16L * i);
          thread.start();
          thread.join();
        }
        assertEquals(7, program.run(), "as before");
      }
    }
    assertEquals(null, other.get());
    assertTrue(overflowed.get() > THREADS, "overflows: " + overflowed);
    assertTrue(ended.get() > 0);
  }

  @Test
  void floor_isInTheStackOfTheThread_alsoOfAVirtualOne() throws Exception {
    assertTrue(JitAlloc.host().upcallStackFloor() != 0);
    BpfRuntime runtime = TestRuntimes.runtime(new Helper(1, "seven", (_, _) -> 7));
    Asm code = program().call(1).exit();
    try (BpfProgram program = runtime.load(code.bytes(), TestRuntimes.on(Engine.JIT))) {
      for (int i = 0; i < 100; i++) {
        var run = new FutureTask<>(program::run);
        Thread.ofVirtual().start(run);
        assertEquals(7, run.get());
      }
    }
  }
}
