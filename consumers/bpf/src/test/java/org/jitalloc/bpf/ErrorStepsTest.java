package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.plain.BpfRuntimes;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.jitalloc.test.support.FailingCalls;
import org.jitalloc.test.support.StepError;
import org.junit.jupiter.api.Test;

/** Whichever call of the allocator or of a helper throws an Error, nothing is left or stuck. */
final class ErrorStepsTest {
  private static final int MOST_STEPS = 2000;
  private static final byte[] HELPED = program().call(1).exit().bytes();
  private static final byte[] SEVEN = program().mov(0, 7).exit().bytes();

  private final JitAllocator host = JitAlloc.host();
  private final FailingCalls calls = new FailingCalls();

  private long allocations() {
    return host.allocations().stream().filter(a -> a.purpose() == Purpose.BPF).count();
  }

  @Test
  void anErrorAtEachStep_leavesNothing() {
    long before = allocations();
    boolean failed = true;
    int step = 0;
    for (; failed && step < MOST_STEPS; step++) {
      failed = failAt(step, before);
    }
    assertTrue(step > 15 && step < MOST_STEPS, "steps: " + step);
  }

  private boolean failAt(int step, long before) {
    BpfHelper helper = calls.proxy(BpfHelper.class, new Helper(1, "five", (_, _) -> 5));
    var runtime =
        (LocalRuntime)
            BpfRuntimes.of(calls.proxy(JitAllocator.class, host), List.of(helper), false);
    String when = "step " + step;
    calls.failAt(step);
    try {
      scenario(runtime);
    } catch (StepError expected) {
      when += " " + expected.getMessage();
    } catch (BpfHelperException expected) {
      assertInstanceOf(StepError.class, expected.getCause());
      when += " of the helper";
    }
    boolean failed = calls.stop();
    runtime.programs().forEach(BpfProgram::close);
    assertEquals(List.of(), runtime.programs(), when);
    assertEquals(before, allocations(), when);
    if (failed) {
      requireRuns(runtime, when);
    }
    runtime.close();
    assertEquals(before, allocations(), when);
    return failed;
  }

  private static void scenario(LocalRuntime runtime) {
    BpfProgram helped = runtime.load(HELPED, TestRuntimes.on(Engine.JIT));
    BpfProgram seven = runtime.load(SEVEN, TestRuntimes.on(Engine.JIT));
    assertEquals(5, helped.run());
    helped.redirectTo(seven);
    assertEquals(7, helped.run());
    helped.restore();
    assertEquals(5, helped.run());
    seven.redirectTo(helped);
    helped.close();
    seven.close();
  }

  private static void requireRuns(LocalRuntime runtime, String when) {
    try (BpfProgram program = runtime.load(HELPED, TestRuntimes.on(Engine.JIT))) {
      assertEquals(5, program.run(), when);
    }
  }
}
