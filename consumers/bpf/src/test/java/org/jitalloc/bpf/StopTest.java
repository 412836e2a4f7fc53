package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfStoppedException.Reason;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.bpf.run.RunPolicy;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.jitalloc.support.TextPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs that are stopped, on either engine. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StopTest {
  /** The programs of the long test; an emulated machine is told to try fewer. */
  private static final int PROGRAMS = Integer.getInteger("jitalloc.test.stops", 1000);

  private static final long LOOP_STEPS = 100_000;

  /** r0 counts, for ever; the loop begins at instruction 1. */
  private static Asm endless() {
    return program().mov(0, 0).alu64(BpfOp.ADD, 0, 1).jump(-2).exit();
  }

  /** Tells when it runs, and goes on for ever; the loop begins at instruction 1. */
  private static Asm tellingEndless() {
    return program().call(1).alu64(BpfOp.ADD, 6, 1).jump(-2).exit();
  }

  /** Adds 3 as often as LOOP_STEPS says. */
  private static Asm sum() {
    return program()
        .mov(0, 0)
        .mov(1, (int) LOOP_STEPS)
        .alu64(BpfOp.ADD, 0, 3)
        .alu64(BpfOp.SUB, 1, 1)
        .jumpIf(BpfOp.JNE, 1, 0, -3)
        .exit();
  }

  private static Helper tells(CountDownLatch running) {
    return new Helper(
        1,
        "tells",
        (_, _) -> {
          running.countDown();
          return 0;
        });
  }

  private static BpfStoppedException stopped(FutureTask<Long> run) {
    var failure = assertThrows(ExecutionException.class, () -> run.get(2, TimeUnit.MINUTES));
    return (BpfStoppedException) failure.getCause();
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_interruptedInALoop_endsThereWithTheInterruptKept(Engine engine) throws Exception {
    var running = new CountDownLatch(1);
    BpfRuntime runtime = TestRuntimes.runtime(tells(running));
    try (BpfProgram program = runtime.load(tellingEndless().bytes(), TestRuntimes.on(engine))) {
      var kept = new boolean[1];
      var run =
          new FutureTask<>(
              () -> {
                try {
                  return program.run();
                } finally {
                  kept[0] = Thread.interrupted();
                }
              });
      Thread thread = Thread.ofPlatform().daemon().start(run);
      running.await();
      thread.interrupt();
      BpfStoppedException end = stopped(run);
      assertEquals(Reason.INTERRUPTED, end.reason());
      assertEquals(1, end.instruction());
      assertTrue(kept[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_interruptedInAVirtualThread_ends(Engine engine) throws Exception {
    var running = new CountDownLatch(1);
    BpfRuntime runtime = TestRuntimes.runtime(tells(running));
    try (BpfProgram program = runtime.load(tellingEndless().bytes(), TestRuntimes.on(engine))) {
      var run = new FutureTask<>(program::run);
      Thread thread = Thread.ofVirtual().start(run);
      running.await();
      thread.interrupt();
      assertEquals(Reason.INTERRUPTED, stopped(run).reason());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_afterTheTimeLimit_ends_andNotBefore(Engine engine) {
    var limit = Duration.ofMillis(50);
    BpfLoadOptions options = TestRuntimes.on(engine).withTimeLimit(limit);
    try (BpfProgram program = TestRuntimes.runtime().load(endless().bytes(), options)) {
      long start = System.nanoTime();
      var end = assertThrows(BpfStoppedException.class, program::run);
      assertTrue(System.nanoTime() - start >= limit.toNanos());
      assertEquals(Reason.TIME_LIMIT, end.reason());
      assertEquals(1, end.instruction());
      assertTrue(end.getMessage().contains("PT0.05S"), end.getMessage());
      assertThrows(BpfStoppedException.class, program::run, "a later run has its own time");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_stepLimit_isExact(Engine engine) {
    for (long limit : new long[] {LOOP_STEPS, LOOP_STEPS - 1}) {
      BpfLoadOptions options = TestRuntimes.on(engine).withStepLimit(limit);
      try (BpfProgram program = TestRuntimes.runtime().load(sum().bytes(), options)) {
        if (limit == LOOP_STEPS) {
          assertEquals(3 * LOOP_STEPS, program.run());
          assertEquals(3 * LOOP_STEPS, program.run(), "each run has all steps");
        } else {
          var end = assertThrows(BpfStoppedException.class, program::run);
          assertEquals(Reason.STEP_LIMIT, end.reason());
          assertEquals(2, end.instruction());
        }
      }
    }
  }

  /** Calls alone can take for ever too: seven functions that call the next one many times. */
  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_callsWithoutALoop_areStopped(Engine engine) {
    int calls = 200;
    Asm asm = program();
    for (int function = 0; function < 7; function++) {
      for (int call = 0; call < calls; call++) {
        asm.callLocal(calls - call);
      }
      asm.exit();
    }
    asm.mov(0, 1).exit();
    BpfLoadOptions options = TestRuntimes.on(engine).withTimeLimit(Duration.ofMillis(20));
    try (BpfProgram program = TestRuntimes.runtime().load(asm.bytes(), options)) {
      var end = assertThrows(BpfStoppedException.class, program::run);
      assertEquals(Reason.TIME_LIMIT, end.reason());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void closeForcibly_stopsItsRunsAlone_alsoAfterClose(Engine engine) throws Exception {
    for (boolean closedBefore : new boolean[] {false, true}) {
      var running = new CountDownLatch(2);
      BpfRuntime runtime = TestRuntimes.runtime(tells(running));
      byte[] code = tellingEndless().bytes();
      BpfProgram program = runtime.load(code, TestRuntimes.on(engine));
      BpfProgram other = runtime.load(code, TestRuntimes.on(engine));
      var run = new FutureTask<>(program::run);
      var otherRun = new FutureTask<>(other::run);
      Thread.ofPlatform().daemon().start(run);
      Thread.ofPlatform().daemon().start(otherRun);
      running.await();
      if (closedBefore) {
        program.close();
      }
      program.closeForcibly();
      assertEquals(Reason.CLOSED, stopped(run).reason());
      assertThrows(IllegalStateException.class, program::run);
      assertTrue(!otherRun.isDone());
      other.closeForcibly();
      assertEquals(Reason.CLOSED, stopped(otherRun).reason());
    }
  }

  /** The text of a closed program cannot be changed any more, and a run is in it. */
  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_ofAClosedProgram_isStillStopped(Engine engine) throws Exception {
    var running = new CountDownLatch(1);
    BpfProgram program =
        TestRuntimes.runtime(tells(running))
            .load(tellingEndless().bytes(), TestRuntimes.on(engine));
    var run = new FutureTask<>(program::run);
    Thread thread = Thread.ofPlatform().daemon().start(run);
    running.await();
    program.close();
    thread.interrupt();
    assertEquals(Reason.INTERRUPTED, stopped(run).reason());
  }

  @Test
  void run_inTheProgramThatAnotherLeadsTo_isStopped() throws Exception {
    var running = new CountDownLatch(1);
    BpfRuntime runtime = TestRuntimes.runtime(tells(running));
    try (BpfProgram program = runtime.load(sum().bytes(), TestRuntimes.on(Engine.JIT));
        BpfProgram target = runtime.load(tellingEndless().bytes(), TestRuntimes.on(Engine.JIT))) {
      program.redirectTo(target);
      var run = new FutureTask<>(program::run);
      Thread thread = Thread.ofPlatform().daemon().start(run);
      running.await();
      program.restore();
      thread.interrupt();
      BpfStoppedException end = stopped(run);
      assertEquals(Reason.INTERRUPTED, end.reason());
      assertEquals(1, end.instruction());
      assertEquals(3 * LOOP_STEPS, program.run(), "stopped no more");
    }
  }

  @Test
  void redirectTo_onlyOneCountsSteps_isRefused() {
    BpfRuntime runtime = TestRuntimes.runtime();
    BpfLoadOptions options = TestRuntimes.on(Engine.JIT);
    try (BpfProgram counts = runtime.load(sum().bytes(), options.withStepLimit(9));
        BpfProgram other = runtime.load(sum().bytes(), options)) {
      assertThrows(IllegalArgumentException.class, () -> counts.redirectTo(other));
      assertThrows(IllegalArgumentException.class, () -> other.redirectTo(counts));
    }
  }

  @Test
  void options_negativeLimit_isRefused() {
    BpfLoadOptions options = BpfLoadOptions.DEFAULTS;
    assertThrows(
        IllegalArgumentException.class, () -> options.withTimeLimit(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> options.withStepLimit(-1));
  }

  /** Another program runs meanwhile, and gives what it should. */
  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void manyPrograms_endedAtRandomMoments_noneIsLeftAndOthersAreRight(Engine engine)
      throws Exception {
    BpfRuntime runtime = TestRuntimes.runtime();
    var random = new Random(17);
    var ended = new AtomicBoolean();
    try (BpfProgram good = runtime.load(sum().bytes(), TestRuntimes.on(engine));
        var others = Executors.newSingleThreadExecutor()) {
      var rightRuns =
          others.submit(
              () -> {
                long runs = 0;
                while (!ended.get()) {
                  assertEquals(3 * LOOP_STEPS, good.run());
                  runs++;
                }
                return runs;
              });
      for (int i = 0; i < PROGRAMS; i += 4) {
        stopFour(runtime, engine, random);
      }
      ended.set(true);
      assertTrue(rightRuns.get() > 0);
      assertEquals(List.of(good), runtime.programs());
    }
  }

  private static void stopFour(BpfRuntime runtime, Engine engine, Random random)
      throws InterruptedException {
    List<FutureTask<Long>> runs = new ArrayList<>();
    List<Reason> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Reason reason = Reason.values()[random.nextInt(Reason.values().length)];
      BpfLoadOptions options =
          switch (reason) {
            case TIME_LIMIT -> TestRuntimes.on(engine).withTimeLimit(Duration.ofMillis(1));
            case STEP_LIMIT -> TestRuntimes.on(engine).withStepLimit(1 + random.nextInt(100_000));
            default -> TestRuntimes.on(engine);
          };
      BpfProgram program = runtime.load(endless().bytes(), options);
      var begun = new CountDownLatch(1);
      var run =
          new FutureTask<>(
              () -> {
                begun.countDown();
                return program.run();
              });
      Thread thread = Thread.ofPlatform().daemon().start(run);
      begun.await();
      Thread.sleep(0, random.nextInt(1_000_000));
      switch (reason) {
        case INTERRUPTED -> {
          thread.interrupt();
          program.close();
        }
        case CLOSED -> program.closeForcibly();
        default -> program.close();
      }
      runs.add(run);
      expected.add(reason);
    }
    for (int i = 0; i < runs.size(); i++) {
      assertEnded(runs.get(i), expected.get(i));
    }
  }

  /** A run that had not begun when its program was closed is refused. */
  private static void assertEnded(FutureTask<Long> run, Reason expected) {
    var failure = assertThrows(ExecutionException.class, () -> run.get(1, TimeUnit.MINUTES));
    switch (failure.getCause()) {
      case BpfStoppedException end -> assertEquals(expected, end.reason());
      case IllegalStateException refused ->
          assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
      case null, default -> throw new AssertionError(failure);
    }
  }

  @Test
  void load_moreThanThePolicyAllows_isDenied() {
    try (var runtime = new LocalRuntime(JitAlloc.host(), false, TextPublisher.NOBODY)) {
      runtime.limitRuns(new RunPolicy(Duration.ofMillis(30), Duration.ofSeconds(1), 1000));
      BpfLoadOptions options = TestRuntimes.on(Engine.INTERPRETER);
      var denied =
          assertThrows(
              JitAllocException.class,
              () -> runtime.load(endless().bytes(), options.withTimeLimit(Duration.ofSeconds(2))));
      assertEquals(JitAllocException.Reason.DENIED, denied.reason());
      try (BpfProgram program = runtime.load(endless().bytes(), options)) {
        var end = assertThrows(BpfStoppedException.class, program::run);
        assertEquals(Reason.STEP_LIMIT, end.reason());
      }
      try (BpfProgram program =
          runtime.load(endless().bytes(), options.withStepLimit(BpfLoadOptions.NO_STEP_LIMIT))) {
        var end = assertThrows(BpfStoppedException.class, program::run);
        assertEquals(Reason.TIME_LIMIT, end.reason());
      }
    }
  }
}
