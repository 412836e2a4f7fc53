package org.jitalloc.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;
import org.jitalloc.bpf.insn.Disassembler;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jitalloc.bpf.testing.Lab;
import org.jitalloc.bpf.testing.RandomPrograms;

/** Compiled code against the interpreter: the same result, the same memory, the same fault. */
class DifferentialTest {

  private static final List<Helper> HELPERS =
      List.of(
          new Helper(0, "mix", (_, r) -> Arrays.hashCode(r) * 0x9e3779b97f4a7c15L),
          new Helper(1, "first", (_, r) -> r[1]),
          new Helper(2, "exit-sometimes", (call, r) -> exitSometimes(call, r)));

  private static final BpfRuntime RUNTIME = Lab.runtime(HELPERS);
  private static final MemorySegment MEMORY =
      Arena.global().allocate(RandomPrograms.MEMORY_BYTES, 16);

  private static int ended;
  private static int faulted;

  private static long exitSometimes(BpfCall call, long[] r) {
    if ((r[1] & 15) == 3) {
      call.exit(r[2]);
    }
    return r[3];
  }

  /** What became of a run. */
  private record Outcome(long r0, String fault, byte[] memory) {}

  @Property(tries = 10_000)
  void run_randomProgram_isTheSameOnBothEngines(@ForAll long seed) {
    Asm program = RandomPrograms.of(seed, HELPERS.size());
    Outcome expected = run(program, seed, Engine.INTERPRETER, MemoryChecks.CHECKED);
    same(expected, run(program, seed, Engine.JIT, MemoryChecks.CHECKED), seed, program);
    if (expected.fault().isEmpty()) {
      ended++;
      same(expected, run(program, seed, Engine.JIT, MemoryChecks.UNCHECKED), seed, program);
    } else {
      faulted++;
    }
  }

  @AfterContainer
  static void bothKindsOfRunsWereSeen() {
    assertTrue(ended > 100 && faulted > 100, "ended=%d faulted=%d".formatted(ended, faulted));
  }

  private static Outcome run(Asm asm, long seed, Engine engine, MemoryChecks checks) {
    byte[] memory = new byte[RandomPrograms.MEMORY_BYTES];
    new Random(seed).nextBytes(memory);
    MEMORY.copyFrom(MemorySegment.ofArray(memory));
    BpfLoadOptions options = Lab.on(engine).withChecks(checks);
    long r0 = 0;
    String fault = "";
    try (BpfProgram program = RUNTIME.load(asm.bytes(), options)) {
      r0 = program.run(MEMORY);
    } catch (BpfFaultException wild) {
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
