package org.jitalloc.bpf;

import static org.jitalloc.bpf.testing.Asm.program;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run does, on either engine. */
class RunTest {

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static BpfProgram load(Engine engine, Asm program, BpfHelper... helpers) {
    return TestRuntimes.runtime(helpers).load(program.bytes(), TestRuntimes.on(engine));
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_nativeMemory_isUsedInPlace(Engine engine) {
    try (Arena arena = Arena.ofConfined();
        BpfProgram program = load(engine, program().movReg(0, 1).store(8, 1, 8, 2).exit())) {
      MemorySegment memory = arena.allocate(16);
      assertEquals(memory.address(), program.run(memory));
      assertEquals(16, memory.get(LONG, 8));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_bytes_areWrittenBackAlsoAfterAFault(Engine engine) {
    try (BpfProgram program = load(engine, program().store(1, 1, 1, 2).load(1, 0, 1, 4).exit())) {
      var bytes = new byte[4];
      assertThrows(BpfFaultException.class, () -> program.run(bytes));
      assertArrayEquals(new byte[] {0, 4, 0, 0}, bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_withoutMemory_startsWithZeroAndReachesNothing(Engine engine) {
    try (BpfProgram sum = load(engine, program().movReg(0, 1).insn(0x0f, 0, 2, 0, 0).exit());
        BpfProgram access = load(engine, program().load(1, 0, 1, 0).exit())) {
      assertEquals(0, sum.run());
      assertEquals(0, assertThrows(BpfFaultException.class, access::run).address());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_accessOutside_faultsWithInstructionAddressAndWhatIsAllowed(Engine engine) {
    for (int bytes : new int[] {1, 2, 4, 8}) {
      for (int offset : new int[] {-1, 17 - bytes, 16, 32_767, -32_768}) {
        assertFault(engine, bytes, offset);
      }
      try (BpfProgram last = load(engine, program().load(bytes, 0, 1, 16 - bytes).exit())) {
        assertEquals(0, last.run(new byte[16]));
      }
    }
  }

  private static void assertFault(Engine engine, int bytes, int offset) {
    try (Arena arena = Arena.ofConfined();
        BpfProgram program = load(engine, program().mov(0, 0).store(bytes, 1, offset, 0).exit())) {
      MemorySegment memory = arena.allocate(16);
      var fault = assertThrows(BpfFaultException.class, () -> program.run(memory));
      assertEquals(1, fault.instruction());
      assertEquals(memory.address() + offset, fault.address());
      assertTrue(
          fault
              .allowed()
              .contains("memory [0x%x,0x%x)".formatted(memory.address(), memory.address() + 16)));
      assertTrue(fault.getMessage().contains(fault.disassembly()), fault.getMessage());
      assertTrue(
          fault
              .getMessage()
              .contains("store of %d bytes at 0x%x".formatted(bytes, fault.address())),
          fault.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_stackThroughARegister_endsWhereTheStackEnds(Engine engine) {
    Asm inside = program().movReg(3, 10).store(8, 3, -512, 3).store(1, 3, -1, 3).exit();
    try (BpfProgram program = load(engine, inside)) {
      program.run();
    }
    for (int offset : new int[] {-513, -7, 0}) {
      Asm outside = program().movReg(3, 10).store(8, 3, offset, 3).exit();
      try (BpfProgram program = load(engine, outside)) {
        var fault = assertThrows(BpfFaultException.class, program::run, "offset " + offset);
        assertEquals(1, fault.instruction());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_stack_isZeroEachTime(Engine engine) {
    Asm dirty = program().load(8, 0, 10, -256).mov(3, 7).movReg(4, 10).store(8, 4, -256, 3).exit();
    Asm clean = program().load(8, 0, 10, -256).mov(3, 7).store(8, 10, -256, 3).exit();
    for (Asm code : new Asm[] {dirty, clean}) {
      try (BpfProgram program = load(engine, code)) {
        assertEquals(0, program.run());
        assertEquals(0, program.run());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_registersAfterACall_argumentsAreZeroAndTheOthersAsTheyWere(Engine engine) {
    var helper = new Helper(3, "three", (_, _) -> 3);
    for (MemoryChecks checks : MemoryChecks.values()) {
      for (int register = 1; register <= 9; register++) {
        long expected = register <= 5 ? 0 : 10 + register;
        for (Asm code : callsReading(register)) {
          BpfLoadOptions options = TestRuntimes.on(engine).withChecks(checks);
          try (BpfProgram program = TestRuntimes.runtime(helper).load(code.bytes(), options)) {
            assertEquals(expected, program.run(), () -> checks + " " + code.insns());
          }
        }
      }
    }
  }

  /** A call of a function, of a helper by number and of a helper by register. */
  private static List<Asm> callsReading(int register) {
    Asm local = numbered().callLocal(2).movReg(0, register).exit();
    local.mov(0, 1).mov(1, 9).mov(2, 9).mov(3, 9).mov(4, 9).mov(5, 9).mov(6, 9).exit();
    Asm byNumber = numbered().call(3).movReg(0, register).exit();
    Asm byRegister = numbered().mov(0, 3).callx(0).movReg(0, register).exit();
    return List.of(local, byNumber, byRegister);
  }

  private static Asm numbered() {
    Asm asm = program();
    for (int r = 1; r <= 9; r++) {
      asm.mov(r, 10 + r);
    }
    return asm;
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_helper_getsArgumentsMemoryAndStack(Engine engine) {
    var swap =
        new Helper(
            9,
            "swap",
            (call, r) -> {
              MemorySegment memory = call.memory(r[1], 8);
              MemorySegment stack = call.memory(r[2], 8);
              long was = memory.get(LONG, 0);
              memory.set(LONG, 0, stack.get(LONG, 0));
              stack.set(LONG, 0, was);
              return r[3] + r[4] + r[5];
            });
    Asm code =
        program()
            .mov(3, 55)
            .store(8, 10, -8, 3)
            .movReg(2, 10)
            .alu64(BpfOp.ADD, 2, -8)
            .mov(4, 1)
            .mov(5, 2)
            .call(9)
            .load(8, 1, 10, -8)
            .insn(0x0f, 0, 1, 0, 0)
            .exit();
    try (BpfProgram program = load(engine, code, swap)) {
      byte[] memory = {100, 0, 0, 0, 0, 0, 0, 0};
      assertEquals(55 + 1 + 2 + 100, program.run(memory));
      assertArrayEquals(new byte[] {55, 0, 0, 0, 0, 0, 0, 0}, memory);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_helperAskingForMoreThanThereIs_endsTheRunWithTheReason(Engine engine) {
    var greedy = new Helper(1, "greedy", (call, r) -> call.memory(r[1], 9).byteSize());
    try (BpfProgram program = load(engine, program().call(1).exit(), greedy)) {
      var failed = assertThrows(BpfHelperException.class, () -> program.run(new byte[8]));
      assertEquals(1, failed.helper());
      assertInstanceOf(IndexOutOfBoundsException.class, failed.getCause());
      assertTrue(failed.getMessage().contains("9 bytes at 0x"), failed.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_helperThatThrows_endsTheRunWithItsException(Engine engine) {
    var cause = new IOException("no such thing");
    var failing =
        new Helper(
            3,
            "failing",
            (_, _) -> {
              throw cause;
            });
    Asm code = program().call(3).store(8, 1, 0, 1).exit();
    try (BpfProgram program = load(engine, code, failing)) {
      var failed = assertThrows(BpfHelperException.class, program::run);
      assertSame(cause, failed.getCause());
      assertEquals(
          "program test: helper 3 (failing) threw java.io.IOException: no such thing",
          failed.getMessage());
      assertThrows(BpfHelperException.class, program::run);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_helperThatExits_endsTheRunFromAnyDepth(Engine engine) {
    var exit =
        new Helper(
            4,
            "exit",
            (call, _) -> {
              call.exit(42);
              return 1;
            });
    Asm code = program().callLocal(2).mov(0, 5).exit().call(4).mov(0, 6).exit();
    try (BpfProgram program = load(engine, code, exit)) {
      assertEquals(42, program.run());
      assertEquals(42, program.run());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_callByRegister_findsHelpersByNumber(Engine engine) {
    var first = new Helper(-2, "first", (_, _) -> 11);
    var second = new Helper(70_000, "second", (_, _) -> 22);
    Asm code = program().load(8, 6, 1, 0).callx(6).exit();
    try (BpfProgram program = load(engine, code, first, second)) {
      assertEquals(11, program.run(number(-2)));
      assertEquals(22, program.run(number(70_000)));
      for (long nobody : new long[] {0, 0xffff_fffeL, 70_000L | 1L << 32, Long.MIN_VALUE}) {
        var fault = assertThrows(BpfFaultException.class, () -> program.run(number(nobody)));
        assertEquals(nobody, fault.address());
        assertEquals(1, fault.instruction());
        assertEquals("callx r6", fault.disassembly());
      }
    }
  }

  private static byte[] number(long value) {
    var bytes = new byte[8];
    MemorySegment.ofArray(bytes).set(LONG, 0, value);
    return bytes;
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_insideOfAHelper_hasAStackOfItsOwn(Engine engine) {
    var self = new AtomicReference<BpfProgram>();
    var again = new Helper(1, "again", (_, r) -> r[1] == 0 ? 0 : self.get().run(number(r[1] - 1)));
    Asm code =
        program()
            .load(8, 6, 1, 0)
            .store(8, 10, -8, 6)
            .movReg(1, 6)
            .call(1)
            .load(8, 6, 10, -8)
            .insn(0x0f, 0, 6, 0, 0)
            .exit();
    try (BpfProgram program = load(engine, code, again)) {
      self.set(program);
      assertEquals(10 + 9 + 8 + 7 + 6 + 5 + 4 + 3 + 2 + 1, program.run(number(10)));
      var tooDeep = assertThrows(BpfHelperException.class, () -> program.run(number(1000)));
      Throwable root = tooDeep;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      assertTrue(root.getMessage().contains("that is the limit"), root.toString());
      assertEquals(3, program.run(number(2)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_callAfterItsHelperReturned_reachesNothing(Engine engine) {
    var kept = new AtomicReference<BpfCall>();
    var keep =
        new Helper(
            1,
            "keep",
            (call, r) -> {
              kept.set(call);
              return r[1];
            });
    try (BpfProgram program = load(engine, program().call(1).exit(), keep)) {
      long address = program.run(new byte[8]);
      assertThrows(IndexOutOfBoundsException.class, () -> kept.get().memory(address, 1));
      assertThrows(IllegalStateException.class, () -> kept.get().exit(1));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_callOfAnEarlierCallOfAHelper_reachesNothing(Engine engine) {
    List<BpfCall> kept = new ArrayList<>();
    var useTheFirst =
        new Helper(
            1,
            "first",
            (call, r) -> {
              kept.add(call);
              return kept.getFirst().memory(r[1], 8).get(LONG, 0);
            });
    Asm twice = program().movReg(6, 1).call(1).movReg(1, 6).call(1).exit();
    try (BpfProgram program = load(engine, twice, useTheFirst)) {
      var failed = assertThrows(BpfHelperException.class, () -> program.run(new byte[8]));
      assertEquals("the call of the helper is over", failed.getCause().getMessage());
      assertEquals(2, kept.size());
      assertThrows(IllegalStateException.class, () -> kept.getLast().program());
    }
  }

  /** An Error may come between any two calls of a run. The next runs must not notice. */
  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_afterStackOverflows_isAsBefore(Engine engine) throws Exception {
    Asm code =
        program()
            .load(8, 6, 1, 0)
            .load(8, 7, 10, -8)
            .store(8, 10, -8, 6)
            .movReg(0, 6)
            .insn(0x0f, 0, 7, 0, 0)
            .exit();
    MemorySegment small = Arena.ofAuto().allocate(16, 8);
    MemorySegment large = Arena.ofAuto().allocate(64, 8);
    small.set(LONG, 0, 111);
    large.set(LONG, 0, 222);
    try (BpfProgram program = load(engine, code)) {
      var runs =
          new FutureTask<>(
              () -> {
                for (int round = 0; round < 200; round++) {
                  assertThrows(
                      StackOverflowError.class, () -> runUntilItOverflows(program, small, large));
                  assertEquals(111, program.run(small));
                  assertEquals(222, program.run(large));
                  assertThrows(BpfFaultException.class, () -> program.run(small.asSlice(0, 4)));
                }
                return true;
              });
      new Thread(null, runs, "overflows", 512 << 10).start();
      assertTrue(runs.get(60, TimeUnit.SECONDS));
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static long runUntilItOverflows(
      BpfProgram program, MemorySegment small, MemorySegment large) {
    return program.run(small) + program.run(large) + runUntilItOverflows(program, small, large);
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_memoryThatCannotBeUsed_isRefused(Engine engine) {
    try (BpfProgram program = load(engine, program().load(1, 0, 1, 0).exit())) {
      MemorySegment readOnly = MemorySegment.ofArray(new byte[8]).asReadOnly();
      var refused = assertThrows(IllegalArgumentException.class, () -> program.run(readOnly));
      assertTrue(refused.getMessage().contains("read-only"), refused.getMessage());
      Arena arena = Arena.ofShared();
      MemorySegment closed = arena.allocate(8);
      arena.close();
      assertThrows(IllegalStateException.class, () -> program.run(closed));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_memoryClosedMeanwhile_neverReachesFreedMemory(Engine engine) {
    var arena = new AtomicReference<Arena>(Arena.ofShared());
    var close =
        new Helper(
            1,
            "close",
            (_, _) -> {
              arena.get().close();
              return 0;
            });
    Asm code = program().movReg(6, 1).call(1).load(1, 0, 6, 0).exit();
    try (BpfProgram program = load(engine, code, close)) {
      MemorySegment memory = arena.get().allocate(8);
      // Compiled, the run holds the memory: it cannot be closed. Interpreted, the access finds it
      // closed.
      var failed = assertThrows(RuntimeException.class, () -> program.run(memory));
      assertInstanceOf(
          IllegalStateException.class, engine == Engine.JIT ? failed.getCause() : failed);
    }
  }

  @Test
  void run_interpretedAtomicOnAnOddAddress_faults() {
    Asm code = program().mov(3, 1).atomic(4, 1, 2, 3, BpfOp.ADD).exit();
    try (BpfProgram program = load(Engine.INTERPRETER, code)) {
      var fault = assertThrows(BpfFaultException.class, () -> program.run(new byte[8]));
      assertEquals(1, fault.instruction());
      assertTrue(fault.allowed().endsWith("at multiples of 4"), fault.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JIT", "INTERPRETER"})
  void run_sameProgramOnOtherMemory_reachesOnlyThat(Engine engine) {
    try (Arena arena = Arena.ofConfined();
        BpfProgram program = load(engine, program().movReg(0, 2).load(1, 3, 1, 15).exit())) {
      MemorySegment memory = arena.allocate(64);
      assertEquals(64, program.run(memory));
      assertThrows(BpfFaultException.class, () -> program.run(memory.asSlice(0, 15)));
      assertEquals(16, program.run(memory.asSlice(48)));
      assertThrows(BpfFaultException.class, program::run);
      assertEquals(64, program.run(memory));
      assertEquals(2 << 20, program.run(new byte[2 << 20]));
    }
  }
}
