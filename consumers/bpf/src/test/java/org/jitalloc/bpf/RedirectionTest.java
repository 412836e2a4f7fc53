package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.junit.jupiter.api.Test;

class RedirectionTest {

  private final BpfRuntime runtime = TestRuntimes.runtime(new Helper(1, "one", (_, _) -> 100));
  private final BpfProgram one = load(program().mov(0, 1).exit());

  private BpfProgram load(Asm program) {
    return runtime.load(program.bytes(), TestRuntimes.on(Engine.JIT));
  }

  @Test
  void redirectTo_andRestore_changeWhatRuns() {
    BpfProgram two = load(program().mov(0, 2).exit());
    one.redirectTo(two);
    assertEquals(2, one.run());
    assertEquals(Optional.of(two), one.redirection());
    one.restore();
    one.restore();
    assertEquals(1, one.run());
    assertEquals(Optional.empty(), one.redirection());
  }

  @Test
  void redirectTo_again_replacesAndChains() {
    BpfProgram two = load(program().mov(0, 2).exit());
    BpfProgram three = load(program().call(1).exit());
    one.redirectTo(two);
    two.redirectTo(three);
    assertEquals(100, one.run());
    one.redirectTo(three);
    two.restore();
    assertEquals(100, one.run());
    assertEquals(2, two.run());
  }

  @Test
  void redirectTo_otherStack_isZeroForItAndAfterIt() {
    BpfProgram user = load(program().load(8, 0, 10, -8).movReg(3, 10).store(8, 3, -8, 3).exit());
    one.redirectTo(user);
    assertEquals(0, one.run());
    assertEquals(0, one.run());
    one.restore();
    assertEquals(0, user.run());
  }

  @Test
  void redirectTo_faultOfTheOther_namesItsInstruction() {
    BpfProgram wrong = load(program().mov(3, 5).mov(3, 5).load(8, 0, 3, 0).exit());
    one.redirectTo(wrong);
    var fault = assertThrows(BpfFaultException.class, one::run);
    assertEquals(2, fault.instruction());
    assertEquals("r0 = *(u64 *)(r3 + 0)", fault.disassembly());
  }

  /** Has a run fail in the second program when its first one no longer leads to that. */
  private static BpfFaultException faultAfter(Consumer<BpfProgram> change) throws Exception {
    var inside = new CountDownLatch(1);
    var changed = new CountDownLatch(1);
    var wait =
        new Helper(
            1,
            "wait",
            (_, _) -> {
              inside.countDown();
              changed.await();
              return 0;
            });
    BpfRuntime own = TestRuntimes.runtime(wait);
    BpfProgram first = own.load(program().mov(0, 1).exit().bytes(), named("first"));
    BpfProgram wrong =
        own.load(program().call(1).mov(3, 5).load(8, 0, 3, 0).exit().bytes(), named("wrong"));
    BpfProgram other =
        own.load(program().mov(0, 3).mov(0, 4).load(8, 0, 10, -8).exit().bytes(), named("other"));
    first.redirectTo(wrong);
    try (var executor = Executors.newSingleThreadExecutor()) {
      Future<BpfFaultException> fault =
          executor.submit(() -> assertThrows(BpfFaultException.class, first::run));
      inside.await();
      first.redirectTo(other);
      change.accept(wrong);
      changed.countDown();
      return fault.get();
    }
  }

  private static BpfLoadOptions named(String name) {
    return TestRuntimes.on(Engine.JIT).withName(name);
  }

  @Test
  void fault_ofARunThatBeganBeforeAChange_namesTheProgramThatRan() throws Exception {
    var fault = faultAfter(_ -> {});
    assertTrue(fault.getMessage().startsWith("program wrong, instruction 2:"), fault.getMessage());
    assertEquals("r0 = *(u64 *)(r3 + 0)", fault.disassembly());
    fault = faultAfter(BpfProgram::close);
    assertTrue(fault.getMessage().contains("closed meanwhile"), fault.getMessage());
    assertEquals(2, fault.instruction());
  }

  @Test
  void close_redirected_restoresItsSources() {
    BpfProgram two = load(program().mov(0, 2).exit());
    one.redirectTo(two);
    two.close();
    assertEquals(1, one.run());
    assertThrows(IllegalStateException.class, () -> one.redirectTo(two));
    BpfProgram three = load(program().mov(0, 3).exit());
    one.redirectTo(three);
    one.close();
    assertEquals(3, three.run());
    three.close();
  }

  @Test
  void redirectTo_whatCannotWork_isRefused() {
    BpfProgram two = load(program().mov(0, 2).exit());
    BpfProgram deep = load(program().callLocal(1).exit().exit());
    BpfProgram slow = runtime.load(program().exit().bytes(), TestRuntimes.on(Engine.INTERPRETER));
    BpfProgram foreign = TestRuntimes.runtime().load(program().exit().bytes());
    two.redirectTo(one);
    for (BpfProgram wrong : List.of(one, two, deep, slow, foreign)) {
      assertThrows(IllegalArgumentException.class, () -> one.redirectTo(wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> slow.redirectTo(one));
    assertEquals(1, one.run());
    deep.redirectTo(one);
    assertEquals(1, deep.run());
  }

  @Test
  void redirectTo_anotherByteOrder_isRefused() {
    ByteOrder other =
        one.byteOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    byte[] code = program().mov(0, 0).exit().bytes(other);
    BpfProgram foreign = runtime.load(code, TestRuntimes.on(Engine.AUTO).withByteOrder(other));
    var refusal = assertThrows(IllegalArgumentException.class, () -> one.redirectTo(foreign));
    assertTrue(refusal.getMessage().contains("byte order"), refusal.getMessage());
    assertEquals(1, one.run());
  }

  @Test
  void redirectTo_underFire_everyRunIsOneOrTheOther() throws Exception {
    BpfProgram user =
        load(
            program()
                .load(8, 6, 10, -64)
                .movReg(3, 10)
                .store(8, 3, -64, 3)
                .call(1)
                .insn(0x0f, 0, 6, 0, 0)
                .exit());
    var done = new AtomicBoolean();
    var sawBoth = new CountDownLatch(3);
    try (var executor = Executors.newFixedThreadPool(3)) {
      List<Future<?>> runs = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        runs.add(executor.submit(() -> fire(done, sawBoth)));
      }
      for (int i = 0; i < 1_000 || sawBoth.getCount() > 0 && noneEnded(runs); i++) {
        one.redirectTo(user);
        assertEquals(100, one.run());
        one.restore();
        assertEquals(1, one.run());
      }
      done.set(true);
      for (Future<?> run : runs) {
        run.get();
      }
    }
  }

  private static boolean noneEnded(List<Future<?>> runs) {
    return runs.stream().noneMatch(Future::isDone);
  }

  private void fire(AtomicBoolean done, CountDownLatch sawBoth) {
    Set<Long> seen = new HashSet<>();
    while (!done.get()) {
      long r0 = one.run();
      assertTrue(r0 == 1 || r0 == 100, () -> "r0 = " + r0);
      if (seen.add(r0) && seen.size() == 2) {
        sawBoth.countDown();
      }
    }
  }
}
