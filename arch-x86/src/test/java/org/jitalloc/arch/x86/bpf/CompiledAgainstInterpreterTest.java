package org.jitalloc.arch.x86.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.tck.RandomProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compiled programs run on the processor, and give what the interpreter gives: result, status,
 * memory and stack.
 */
class CompiledAgainstInterpreterTest {
  private static final int PROGRAMS = Integer.getInteger("bpf.programs", 4000);
  private static final long[] INTERESTING = {
    0,
    1,
    2,
    3,
    7,
    0x7f,
    0x80,
    0xff,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0xffffffffL,
    0x100000000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    -1,
    -2,
    -128,
    -0x80000000L,
    0x123456789abcdef0L
  };

  @TempDir Path dir;
  private BpfHarness harness;
  private final List<Case> cases = new ArrayList<>();

  private record Case(String name, List<BpfInsn> insns, byte[] memory) {}

  @BeforeEach
  void start() throws IOException {
    harness = new BpfHarness(dir);
  }

  @ParameterizedTest
  @CsvSource({"true,bmi2", "true,none", "false,bmi2", "false,none"})
  void randomPrograms_giveWhatTheInterpreterGives(boolean checked, String feature)
      throws IOException {
    long seed = new Random().nextLong();
    for (int i = 0; i < PROGRAMS; i++) {
      var memory = new byte[RandomProgram.MEMORY_BYTES];
      new Random(seed + i).nextBytes(memory);
      add(
          "seed " + (seed + i),
          new RandomProgram(seed + i, checked).make(),
          memory,
          checked,
          feature);
    }
    var statuses = compare();
    System.out.println("status of runs (checked=%s): %s".formatted(checked, statuses));
    // Programs that never end in some way would prove nothing about it.
    var expected = checked ? Set.of(0L, 1L, 2L, 3L) : Set.of(0L, 1L, 3L);
    assertEquals(expected, statuses.keySet());
    assertTrue(statuses.get(0L) > PROGRAMS / 3, statuses.toString());
  }

  /** Each operation on each pair of registers: the machine's special registers are among them. */
  @ParameterizedTest
  @CsvSource({"bmi2", "none"})
  void everyOperation_everyPairOfRegisters(String feature) throws IOException {
    var random = new Random(1);
    int[] codes = {
      0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xa0, 0xb0, 0xc0, 0x31, 0x91
    };
    for (int code : codes) {
      for (int dst = 0; dst < 10; dst++) {
        for (int src = 0; src < 10; src++) {
          for (int width : new int[] {4, 7}) {
            boolean unary = code == 0x80;
            int opcode = code & 0xf0 | width | (unary ? 0 : 8);
            var op = new BpfInsn(opcode, dst, unary ? 0 : src, (short) (code & 1), 0);
            add(op.toString(), surround(op, random), new byte[8], false, feature);
          }
        }
      }
    }
    compare();
  }

  @Test
  void everyOperation_interestingNumbers() throws IOException {
    int[] codes = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xc0, 0x31, 0x91};
    for (int code : codes) {
      for (int width : new int[] {4, 7}) {
        for (long a : INTERESTING) {
          for (long b : INTERESTING) {
            var op = new BpfInsn(code & 0xf0 | width | 8, 0, 3, (short) (code & 1), 0);
            var insns = new ArrayList<BpfInsn>();
            load(insns, 0, a);
            load(insns, 3, b);
            insns.add(op);
            insns.add(new BpfInsn(0x95, 0, 0, (short) 0, 0));
            add("%s %x %x".formatted(op, a, b), insns, new byte[0], false, "none");
          }
        }
      }
    }
    compare();
  }

  @Test
  void constants_everyOperation_interestingNumbers() throws IOException {
    int[] codes = {0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x90, 0xa0, 0xb0, 0x31, 0x91};
    int[] constants = {
      0,
      1,
      -1,
      2,
      3,
      5,
      6,
      7,
      9,
      10,
      11,
      13,
      100,
      127,
      128,
      255,
      256,
      641,
      1000,
      0xffff,
      0x10000,
      1000003,
      0x40000000,
      Integer.MAX_VALUE,
      Integer.MIN_VALUE,
      Integer.MIN_VALUE + 1,
      -2,
      -3,
      -7,
      -128,
      -129
    };
    for (int code : codes) {
      for (int width : new int[] {4, 7}) {
        for (int constant : constants) {
          for (long a : INTERESTING) {
            var op = new BpfInsn(code & 0xf0 | width, 4, 0, (short) (code & 1), constant);
            var insns = new ArrayList<BpfInsn>();
            load(insns, 4, a);
            insns.add(op);
            insns.add(new BpfInsn(0xbf, 0, 4, (short) 0, 0));
            insns.add(new BpfInsn(0x95, 0, 0, (short) 0, 0));
            add("%s %x".formatted(op, a), insns, new byte[0], false, "none");
          }
        }
      }
    }
    compare();
  }

  /**
   * Distinct numbers in all registers, the operation, then a mix of all registers that shows any
   * change.
   */
  private static List<BpfInsn> surround(BpfInsn op, Random random) {
    var insns = new ArrayList<BpfInsn>();
    for (int r = 0; r < 10; r++) {
      load(insns, r, random.nextInt(8) == 0 ? r : random.nextLong());
    }
    insns.add(op);
    for (int r = 1; r < 10; r++) {
      insns.add(new BpfInsn(0x27, 0, 0, (short) 0, 31));
      insns.add(new BpfInsn(0x0f, 0, r, (short) 0, 0));
    }
    insns.add(new BpfInsn(0x95, 0, 0, (short) 0, 0));
    return insns;
  }

  private static void load(List<BpfInsn> insns, int r, long value) {
    insns.add(new BpfInsn(0x18, r, 0, (short) 0, (int) value));
    insns.add(new BpfInsn(0, 0, 0, (short) 0, (int) (value >> 32)));
  }

  private void add(
      String name, List<BpfInsn> insns, byte[] memory, boolean checked, String feature) {
    cases.add(new Case(name, insns, memory));
    harness.add(BpfHarness.source(insns, checked), Set.of(feature), memory);
  }

  /** Compares all, and counts how they ended. */
  private TreeMap<Long, Integer> compare() throws IOException {
    var outcomes = harness.run();
    var statuses = new TreeMap<Long, Integer>();
    for (int i = 0; i < cases.size(); i++) {
      var c = cases.get(i);
      var wanted = new ReferenceInterpreter(c.insns, c.memory).run();
      var got = outcomes.get(i);
      assertEquals(numbers(wanted), numbers(got), () -> c.name + "\n" + c.insns);
      assertArrayEquals(wanted.memory(), got.memory(), c.name);
      assertArrayEquals(wanted.stack(), got.stack(), c.name);
      statuses.merge(got.status(), 1, Integer::sum);
    }
    return statuses;
  }

  private static String numbers(BpfHarness.Outcome o) {
    return "r0=%x status=%d insn=%d address=%x broken=%d"
        .formatted(o.r0(), o.status(), o.insn(), o.address(), o.broken());
  }
}
