package org.jitalloc.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.insn.Disassembler;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.ChoosyGenerator;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.RandomPrograms;
import org.jitalloc.bpf.testing.TestRuntimes;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.AfterAll;

/**
 * Compiled code against the interpreter: the same result, the same memory, the same fault. How many
 * programs are tried says {@code junit-platform.properties}; an emulated machine is told to try
 * fewer.
 */
class DifferentialTest {

  private static final List<Helper> HELPERS =
      List.of(
          new Helper(0, "mix", (_, r) -> Arrays.hashCode(r) * 0x9e3779b97f4a7c15L),
          new Helper(1, "first", (_, r) -> r[1]),
          new Helper(2, "exit-sometimes", (call, r) -> exitSometimes(call, r)),
          new Helper(3, "invert", (call, r) -> invert(call.memory(r[1], r[2]))));

  private static final ChoosyGenerator GENERATOR = new ChoosyGenerator();
  private static final BpfRuntime RUNTIME = GENERATOR.runtime(HELPERS);

  private static final MemorySegment MEMORY =
      Arena.global().allocate(RandomPrograms.MEMORY_BYTES, 16);

  private static int ended;
  private static int faulted;
  private static int stopped;

  private static long exitSometimes(BpfCall call, long[] r) {
    if ((r[1] & 15) == 3) {
      call.exit(r[2]);
    }
    return r[3];
  }

  private static long invert(MemorySegment bytes) {
    long sum = 0;
    for (long i = 0; i < bytes.byteSize(); i++) {
      byte value = bytes.get(ValueLayout.JAVA_BYTE, i);
      bytes.set(ValueLayout.JAVA_BYTE, i, (byte) ~value);
      sum = sum * 31 + value;
    }
    return sum;
  }

  /** What became of a run. */
  private record Outcome(long r0, String fault, byte[] memory) {}

  @Seeded
  void run_randomProgram_isTheSameOnBothEngines(RandomValues values) {
    long seed = values.anyLong();
    Asm program = RandomPrograms.of(seed, HELPERS.size());
    for (ByteOrder order : TestRuntimes.compiledOrders()) {
      check(program, seed, order);
    }
  }

  private static void check(Asm program, long seed, ByteOrder order) {
    BpfLoadOptions limited =
        TestRuntimes.on(Engine.JIT).withByteOrder(order).withStepLimit(1 + (seed & 3));
    Outcome few = run(program, seed, limited.withEngine(Engine.INTERPRETER));
    same(few, run(program, seed, limited), seed, program);
    stopped += few.fault().contains("step limit") ? 1 : 0;
    BpfLoadOptions jit = TestRuntimes.on(Engine.JIT).withByteOrder(order);
    Outcome expected = run(program, seed, jit.withEngine(Engine.INTERPRETER));
    same(expected, run(program, seed, jit), seed, program);
    GENERATOR.choose(true);
    same(expected, run(program, seed, jit), seed, program);
    GENERATOR.choose(false);
    if (expected.fault().isEmpty()) {
      ended++;
      same(expected, run(program, seed, jit.withChecks(MemoryChecks.UNCHECKED)), seed, program);
    } else {
      faulted++;
    }
  }

  /** A try that is repeated by its seed is too few for this. */
  @AfterAll
  static void bothKindsOfRunsWereSeen() {
    assertTrue(
        ended + faulted < 1000 || ended > 100 && faulted > 100 && stopped > 10,
        "ended=%d faulted=%d stopped=%d".formatted(ended, faulted, stopped));
  }

  private static Outcome run(Asm asm, long seed, BpfLoadOptions options) {
    var memory = new byte[RandomPrograms.MEMORY_BYTES];
    new Random(seed).nextBytes(memory);
    MEMORY.copyFrom(MemorySegment.ofArray(memory));
    long r0 = 0;
    String fault = "";
    try (BpfProgram program = RUNTIME.load(asm.bytes(options.byteOrder()), options)) {
      r0 = program.run(MEMORY);
    } catch (BpfFaultException | BpfHelperException | BpfStoppedException wild) {
      fault = wild.getMessage();
    }
    return new Outcome(r0, fault, MEMORY.toArray(ValueLayout.JAVA_BYTE));
  }

  private static void same(Outcome expected, Outcome actual, long seed, Asm program) {
    String about = "seed %d:%n%s".formatted(seed, listing(program));
    assertEquals(expected.fault(), actual.fault(), () -> about);
    assertEquals(Long.toHexString(expected.r0()), Long.toHexString(actual.r0()), () -> about);
    assertArrayEquals(expected.memory(), actual.memory(), () -> about);
  }

  private static String listing(Asm program) {
    return String.join(System.lineSeparator(), Disassembler.lines(program.insns()));
  }
}
