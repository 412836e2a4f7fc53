package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jitalloc.AllocationRequest;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Poke;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that others poke: a probe executes it as it is, or the poke is refused. */
final class StaleTextTest {
  /** xor eax, eax; add eax, 1; add eax, 16; ret. */
  private static final byte[] CODE = HexFormat.of().parseHex("31c083c00183c010c3");

  private static final int FIRST = 2;
  private static final int SECOND = 5;
  private static final int[] STARTS = {0, FIRST, SECOND, 8};

  private final JitAllocator host = JitAlloc.host();
  private LocalKprobes probes;
  private JitMemory memory;
  private MethodHandle function;

  @BeforeEach
  void load() {
    assumeTrue(host.target().arch().equals("amd64"), "code of x86-64");
    probes = KprobesFactory.of(host);
    memory = host.allocate(AllocationRequest.of(ModMemType.TEXT, 64));
    memory.write(0, CODE);
    memory.publish();
    probes.add(new PlainText("t", memory, List.of(new TextFunction("f", 0, CODE.length))));
    function = memory.function(0, FunctionDescriptor.of(JAVA_INT));
  }

  @AfterEach
  void unload() {
    if (memory != null) {
      probes.close();
      memory.close();
    }
  }

  private int call() {
    try {
      return (int) function.invokeExact();
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** Changes the number that an instruction adds. */
  private void poke(int offset, int from, int to) {
    host.poker().poke(new Poke(memory, offset, add(from), add(to)));
  }

  private static Instruction add(int number) {
    return new Instruction.Raw(new byte[] {(byte) 0x83, (byte) 0xc0, (byte) number});
  }

  private Probe probe(int offset, ProbeRequest request) {
    return probes.register(memory.address() + offset, request);
  }

  @Test
  void poke_afterTheFirstProbeOfAFunction_isExecuted() {
    probe(0, ProbeRequest.before(_ -> {})).close();
    poke(SECOND, 16, 32);
    Probe probe = probe(SECOND, ProbeRequest.before(_ -> {}));
    assertEquals(33, call());
    assertEquals(1, probe.hits());
    probe.close();
    assertEquals(33, call());
  }

  @Test
  void poke_whileAProbeIsDisabled_isExecuted() {
    Probe probe = probe(SECOND, new ProbeRequest(_ -> {}, null, false, true));
    poke(SECOND, 16, 32);
    probe.enable();
    assertEquals(33, call());
    probe.close();
    assertEquals(33, call());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void poke_ofTextThatADetourExecutes_isRefused_untilTheProbeIsClosed(boolean optimized) {
    Probe probe = probe(0, new ProbeRequest(_ -> {}, null, true, optimized));
    if (optimized) {
      var refused = assertThrows(JitAllocException.class, () -> poke(FIRST, 1, 2));
      assertEquals(JitAllocException.Reason.WRONG_STATE, refused.reason());
    } else {
      poke(FIRST, 1, 1);
    }
    poke(SECOND, 16, 32);
    assertEquals(33, call());
    probe.close();
    poke(FIRST, 1, 2);
    assertEquals(34, call());
  }

  @Test
  void poke_insideAnInstructionUnderABreakpoint_isRefused() {
    Probe probe = probe(SECOND, ProbeRequest.before(_ -> {}).byBreakpoint());
    var number = new Instruction.Raw(new byte[] {16});
    var other = new Instruction.Raw(new byte[] {32});
    var poke = new Poke(memory, SECOND + 2, number, other);
    assertThrows(JitAllocException.class, () -> host.poker().poke(poke));
    assertEquals(17, call());
    assertEquals(1, probe.hits());
  }

  /** Pokes and probes in any order, against a model of the two numbers that are added. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void pokesAndProbes_interleaved_actAsTheModel(long seed) {
    var random = new Random(seed);
    int[] numbers = {1, 16};
    List<Probe> live = new ArrayList<>();
    for (int step = 0; step < 300; step++) {
      String where = "seed %d step %d: ".formatted(seed, step);
      switch (random.nextInt(4)) {
        case 0 -> {
          int which = random.nextInt(2);
          int next = random.nextInt(100);
          try {
            poke(which == 0 ? FIRST : SECOND, numbers[which], next);
            numbers[which] = next;
          } catch (JitAllocException refused) {
            assertEquals(false, live.isEmpty(), where + refused.getMessage());
          }
        }
        case 1 -> live.add(probe(STARTS[random.nextInt(STARTS.length)], request(random)));
        case 2 -> {
          if (!live.isEmpty()) {
            live.remove(random.nextInt(live.size())).close();
          }
        }
        default -> {
          if (!live.isEmpty()) {
            Probe probe = live.get(random.nextInt(live.size()));
            if (probe.isEnabled()) {
              probe.disable();
            } else {
              probe.enable();
            }
          }
        }
      }
      assertEquals(numbers[0] + numbers[1], call(), () -> where + live);
    }
    live.forEach(Probe::close);
    byte[] expected = CODE.clone();
    expected[FIRST + 2] = (byte) numbers[0];
    expected[SECOND + 2] = (byte) numbers[1];
    assertArrayEquals(expected, Arrays.copyOf(memory.read(0, CODE.length), CODE.length));
  }

  private static ProbeRequest request(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> ProbeRequest.counting();
      case 1 -> ProbeRequest.before(_ -> {}).byBreakpoint();
      case 2 -> new ProbeRequest(_ -> {}, null, false, true);
      default -> ProbeRequest.before(_ -> {});
    };
  }
}
