package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.Purpose;
import org.jitalloc.Target;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.plain.BpfRuntimes;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.jitalloc.support.TextPublisher;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.jitalloc.text.TraceableText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RuntimeTest {

  private static final byte[] SEVEN = program().mov(0, 7).exit().bytes();

  @Test
  void load_auto_compilesWhereAGeneratorIs() {
    try (BpfProgram compiled = TestRuntimes.runtime().load(SEVEN)) {
      assertEquals(Engine.JIT, compiled.engine());
      assertEquals(MemoryChecks.CHECKED, compiled.checks());
      assertTrue(compiled.codeBytes() > 0);
      assertEquals(Purpose.BPF, JitAlloc.host().find(compiled.address().getAsLong()).purpose());
      assertEquals(7, compiled.run());
    }
    BpfRuntime strange = BpfRuntimes.of(TestRuntimes.strangeMachine(), List.of(), true);
    BpfLoadOptions options = BpfLoadOptions.DEFAULTS.withChecks(MemoryChecks.UNCHECKED);
    try (BpfProgram interpreted = strange.load(SEVEN, options)) {
      assertEquals(Engine.INTERPRETER, interpreted.engine());
      assertEquals(MemoryChecks.CHECKED, interpreted.checks());
      assertTrue(interpreted.address().isEmpty());
      assertEquals(7, interpreted.run());
    }
  }

  @Test
  void host_findsAllocatorAndGenerator() {
    try (BpfProgram program = BpfRuntimes.host().load(SEVEN, TestRuntimes.on(Engine.JIT))) {
      assertEquals(7, program.run());
    }
  }

  @Test
  void load_jitWithoutGenerator_saysWhatIsMissing() {
    BpfRuntime strange = BpfRuntimes.of(TestRuntimes.strangeMachine(), List.of(), false);
    var refused =
        assertThrows(
            JitAllocException.class, () -> strange.load(SEVEN, TestRuntimes.on(Engine.JIT)));
    assertEquals(JitAllocException.Reason.UNSUPPORTED, refused.reason());
    assertTrue(refused.getMessage().contains("arch=pdp11"), refused.getMessage());
    assertTrue(strange.programs().isEmpty());
  }

  @Test
  void load_unchecked_needsThePolicy() {
    BpfLoadOptions unchecked = TestRuntimes.on(Engine.JIT).withChecks(MemoryChecks.UNCHECKED);
    try (var strict =
        new LocalRuntime(TestRuntimes.strangeMachine(), false, TextPublisher.NOBODY)) {
      var denied = assertThrows(JitAllocException.class, () -> strict.load(SEVEN, unchecked));
      assertEquals(JitAllocException.Reason.DENIED, denied.reason());
      assertTrue(denied.getMessage().contains("allowUnchecked=false"), denied.getMessage());
      strict.allowUnchecked(true);
      strict.load(SEVEN, unchecked.withEngine(Engine.INTERPRETER)).close();
    }
    try (BpfProgram program = TestRuntimes.runtime().load(SEVEN, unchecked)) {
      assertEquals(MemoryChecks.UNCHECKED, program.checks());
      assertEquals(7, program.run());
    }
  }

  @Test
  void programs_listsWhatIsLoaded() {
    BpfRuntime runtime = TestRuntimes.runtime();
    BpfProgram first = runtime.load(SEVEN, BpfLoadOptions.DEFAULTS.withName("first"));
    BpfProgram second = runtime.load(SEVEN, TestRuntimes.on(Engine.INTERPRETER));
    assertEquals(List.of(first, second), runtime.programs());
    assertEquals("first", first.name());
    assertEquals(2, first.instructionCount());
    assertEquals(List.of("r0 = 7", "exit"), second.disassembly());
    assertTrue(first.id() != second.id());
    first.close();
    assertEquals(List.of(second), runtime.programs());
    second.close();
  }

  @Test
  void helpers_sameNumberTwice_isRefused() {
    var one = new Helper(1, "one", (_, _) -> 1);
    var same = new Helper(1, "same", (_, _) -> 1);
    assertEquals(Map.of(1, "one"), TestRuntimes.runtime(one).helpers());
    var refused =
        assertThrows(IllegalArgumentException.class, () -> TestRuntimes.runtime(one, same));
    assertEquals("two helpers have the number 1: one and same", refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_closedProgram_isRefused(Engine engine) {
    BpfProgram program = TestRuntimes.runtime().load(SEVEN, TestRuntimes.on(engine));
    program.close();
    program.close();
    var refused = assertThrows(IllegalStateException.class, program::run);
    assertTrue(refused.getMessage().contains("(test) is closed"), refused.getMessage());
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_programClosedByItsHelper_endsAsEver(Engine engine) {
    var close =
        new Helper(
            1,
            "close",
            (call, _) -> {
              call.program().close();
              return 5;
            });
    BpfProgram program =
        TestRuntimes.runtime(close)
            .load(program().call(1).alu64(BpfOp.ADD, 0, 1).exit().bytes(), TestRuntimes.on(engine));
    assertEquals(6, program.run());
    assertThrows(IllegalStateException.class, program::run);
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_helperGoneAndBack_failsMeanwhile(Engine engine) {
    var old = new Helper(1, "old", (_, _) -> 5);
    var other = new Helper(1, "other", (_, _) -> 6);
    try (var runtime = new LocalRuntime(JitAlloc.host(), false, TextPublisher.NOBODY)) {
      ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
      runtime.add(old);
      byte[] code = program().call(1).exit().bytes();
      BpfProgram program = runtime.load(code, TestRuntimes.on(engine));
      assertEquals(5, program.run());
      runtime.remove(old);
      assertTrue(runtime.helpers().isEmpty());
      var gone = assertThrows(BpfHelperException.class, program::run);
      assertEquals(
          "helper 1 (old) is gone: its service was taken away after the program was loaded",
          gone.getCause().getMessage());
      assertThrows(BpfLoadException.class, () -> runtime.load(code));
      runtime.add(other);
      assertEquals(6, program.run());
      runtime.add(old);
      assertEquals(6, program.run());
    }
  }

  @Test
  void close_runtime_closesItsPrograms() {
    var runtime = new LocalRuntime(TestRuntimes.strangeMachine(), false, TextPublisher.NOBODY);
    BpfProgram program = runtime.load(SEVEN);
    runtime.close();
    assertThrows(IllegalStateException.class, program::run);
    assertThrows(IllegalStateException.class, () -> runtime.load(SEVEN));
    assertTrue(runtime.programs().isEmpty());
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void close_runtime_runThatHasBegun_endsAsBefore(Engine engine) throws Exception {
    var inside = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var calls = new AtomicInteger();
    var wait =
        new Helper(
            1,
            "wait",
            (_, _) -> {
              inside.countDown();
              closed.await();
              return calls.incrementAndGet();
            });
    var runtime = new LocalRuntime(JitAlloc.host(), false, TextPublisher.NOBODY);
    ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
    runtime.add(wait);
    BpfProgram program =
        runtime.load(program().call(1).call(1).exit().bytes(), TestRuntimes.on(engine));
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<Long> run = executor.submit(() -> program.run());
      inside.await();
      runtime.close();
      runtime.remove(wait);
      closed.countDown();
      assertEquals(2, run.get());
    }
    assertThrows(IllegalStateException.class, program::run);
  }

  /** Publishes texts until it is told to fail. */
  private static final class FailingPublisher implements TextPublisher {
    private boolean failsToHand;
    private boolean failsToClose;

    @Override
    public Handed hand(TraceableText text, Target target) {
      if (failsToHand) {
        throw new StackOverflowError("on purpose");
      }
      return new Handed() {
        @Override
        public void isLive() {}

        @Override
        public void close() {
          if (failsToClose) {
            throw new StackOverflowError("on purpose");
          }
        }
      };
    }
  }

  @Test
  void load_publisherThatFails_leavesNothing() {
    var publisher = new FailingPublisher();
    try (var runtime = new LocalRuntime(JitAlloc.host(), false, publisher)) {
      ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
      AllocatorStats before = JitAlloc.host().stats();
      publisher.failsToHand = true;
      assertThrows(StackOverflowError.class, () -> runtime.load(SEVEN));
      assertEquals(before.live(), JitAlloc.host().stats().live());
      assertTrue(runtime.programs().isEmpty());
    }
  }

  @Test
  void close_publisherThatFails_closesAllProgramsAllTheSame() {
    var publisher = new FailingPublisher();
    var runtime = new LocalRuntime(JitAlloc.host(), false, publisher);
    ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
    AllocatorStats before = JitAlloc.host().stats();
    List<BpfProgram> loaded = List.of(runtime.load(SEVEN), runtime.load(SEVEN));
    publisher.failsToClose = true;
    assertThrows(StackOverflowError.class, runtime::close);
    assertEquals(before.live(), JitAlloc.host().stats().live());
    loaded.forEach(program -> assertThrows(IllegalStateException.class, program::run));
    runtime.close();
  }

  @Test
  void helper_whoseNameFails_isNotAdded() {
    try (var runtime =
        new LocalRuntime(TestRuntimes.strangeMachine(), false, TextPublisher.NOBODY)) {
      var good = new Helper(1, "good", (_, _) -> 1);
      BpfHelper bad =
          new BpfHelper() {
            @Override
            public int id() {
              return 1;
            }

            @Override
            public String name() {
              throw new StackOverflowError("on purpose");
            }

            @Override
            public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
              return 2;
            }
          };
      assertThrows(StackOverflowError.class, () -> runtime.add(bad));
      assertEquals(Map.of(), runtime.helpers());
      runtime.add(good);
      assertEquals(1, runtime.load(program().call(1).exit().bytes()).run());
    }
  }

  @Test
  void run_interruptedLoop_ends() throws Exception {
    var inside = new CountDownLatch(1);
    var started =
        new Helper(
            1,
            "started",
            (_, _) -> {
              inside.countDown();
              return 0;
            });
    byte[] endless = program().call(1).jumpIf(BpfOp.JEQ, 0, 0, -1).exit().bytes();
    try (BpfProgram program =
            TestRuntimes.runtime(started).load(endless, TestRuntimes.on(Engine.INTERPRETER));
        var executor = Executors.newSingleThreadExecutor()) {
      Future<Boolean> stopped =
          executor.submit(
              () -> {
                var end = assertThrows(BpfStoppedException.class, program::run);
                assertEquals(1, end.instruction());
                return Thread.interrupted();
              });
      inside.await();
      executor.shutdownNow();
      assertTrue(stopped.get(), "the interrupt status is kept");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_manyThreadsWhileClosing_endWellOrAreRefused(Engine engine) throws Exception {
    BpfRuntime runtime = TestRuntimes.runtime();
    byte[] code = program().store(8, 10, -8, 2).load(8, 0, 10, -8).exit().bytes();
    try (var executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 50; round++) {
        BpfProgram program = runtime.load(code, TestRuntimes.on(engine));
        var warm = new CountDownLatch(4);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int thread = 1; thread <= 4; thread++) {
          var memory = new byte[thread];
          tasks.add(() -> runUntilClosed(program, memory, warm));
        }
        List<Future<Boolean>> runs = tasks.stream().map(executor::submit).toList();
        warm.await();
        program.close();
        for (Future<Boolean> run : runs) {
          assertTrue(run.get());
        }
      }
    }
  }

  private static boolean runUntilClosed(BpfProgram program, byte[] memory, CountDownLatch warm) {
    for (int i = 0; ; i++) {
      try {
        assertEquals(memory.length, program.run(memory));
      } catch (IllegalStateException closed) {
        return closed.getMessage().contains("is closed");
      }
      if (i == 100) {
        warm.countDown();
      }
    }
  }

  @Seeded(tries = 5_000)
  void load_anyBytes_leavesTheAllocatorAsItWas(RandomValues values) {
    List<Long> words = values.list(0, 6, values::anyLong);
    byte[] rest = values.bytes(0, 7);
    ByteBuffer bytes = ByteBuffer.allocate(words.size() * 8 + rest.length);
    words.forEach(bytes::putLong);
    bytes.put(rest);
    AllocatorStats before = JitAlloc.host().stats();
    try {
      TestRuntimes.runtime().load(bytes.array(), TestRuntimes.on(Engine.JIT)).close();
    } catch (BpfLoadException refused) {
      assertFalse(refused.reason().isEmpty());
    }
    AllocatorStats after = JitAlloc.host().stats();
    assertEquals(before.live(), after.live());
    assertEquals(before.usedBytes(), after.usedBytes());
  }

  @Test
  void load_generatorThatFails_leavesNothing() {
    try (var runtime = new LocalRuntime(JitAlloc.host(), false, TextPublisher.NOBODY)) {
      runtime.add(new Helper(1, "one", (_, _) -> 1));
      runtime.add(new BrokenGenerator(JitAlloc.host().target().arch()));
      AllocatorStats before = JitAlloc.host().stats();
      byte[] code = program().call(1).exit().bytes();
      assertInstanceOf(
          UnsupportedOperationException.class,
          assertThrows(RuntimeException.class, () -> runtime.load(code)));
      assertEquals(before.live(), JitAlloc.host().stats().live());
      assertTrue(runtime.programs().isEmpty());
      assertEquals(1, runtime.load(code, TestRuntimes.on(Engine.INTERPRETER)).run());
    }
  }

  private record BrokenGenerator(String arch) implements BpfCodeGenerator {
    @Override
    public BpfCode generate(BpfSource source, Set<String> cpuFeatures) {
      throw new UnsupportedOperationException("broken");
    }
  }
}
