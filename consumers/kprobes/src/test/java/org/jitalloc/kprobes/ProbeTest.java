package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Poke;
import org.jitalloc.Purpose;
import org.jitalloc.kprobes.ProbeRefusedException.Reason;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Single probes: what they see, change, refuse and count. */
class ProbeTest {
  private static final String SOURCE =
      """
      __attribute__((noinline)) long add(long a, long b) { return a * 3 + b; }
      __attribute__((noinline)) long outer(long a, long b) { return add(a, b) + 1; }
      __attribute__((noinline)) long fact(long a, long b) { return a < 2 ? b : a * fact(a - 1, b); }
      __attribute__((noinline)) long tail(long a, long b) { return add(b, a); }
      """;

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();
  private final Abi abi = Abi.of(allocator);
  private final LocalKprobes probes = KprobesFactory.of(allocator);
  private Compiled program;

  @BeforeEach
  void load() throws Exception {
    program = Compiled.load(allocator, folder, SOURCE, "-fno-optimize-sibling-calls", "-O1");
    probes.add(program.text());
  }

  @AfterEach
  void unload() {
    probes.close();
    program.memory().close();
  }

  private boolean isAmd64() {
    return allocator.target().arch().equals("amd64");
  }

  private long call(String name, long a, long b) throws Throwable {
    MethodHandle function = program.call(name);
    return (long) function.invokeExact(a, b);
  }

  @Test
  void handler_seesRegisters() throws Throwable {
    var seen = new ArrayList<Long>();
    probes.register(
        probes.address("add", 0),
        ProbeRequest.before(
            r -> {
              seen.add(r.get(abi.first()));
              seen.add(r.get(abi.second()));
              seen.add(r.address());
            }));
    assertEquals(3 * 11 + 22, call("add", 11, 22));
    assertEquals(List.of(11L, 22L, probes.address("add", 0)), seen);
  }

  @Test
  void handler_changesRegisters() throws Throwable {
    var request = ProbeRequest.before(r -> r.set(abi.first(), r.get(abi.first()) + 100));
    Probe probe = probes.register(probes.address("add", 0), request);
    assertEquals(3 * 101 + 2, call("add", 1, 2));
    probe.close();
    var byTrap = probes.register(probes.address("add", 0), request.byBreakpoint());
    assertFalse(byTrap.isOptimized());
    assertEquals(3 * 101 + 2, call("add", 1, 2));
    byTrap.disable();
    assertEquals(5, call("add", 1, 2));
    byTrap.enable();
    assertEquals(305, call("add", 1, 2));
  }

  @Test
  void after_seesWhatTheInstructionDid() throws Throwable {
    assumeTrue(isAmd64(), "which instruction comes first is known for amd64");
    var before = new ArrayList<Long>();
    var after = new ArrayList<Long>();
    probes.register(
        probes.address("add", 0),
        new ProbeRequest(r -> before.add(r.get("rax")), r -> after.add(r.get("rax")), true, true));
    assertEquals(37, call("add", 10, 7));
    assertEquals(1, before.size());
    assertEquals(List.of(30L), after, "lea rax, [rdi + rdi * 2] comes first");
  }

  @Test
  void severalAtOnePlace_areCalledInOrder() throws Throwable {
    var order = new ArrayList<String>();
    long address = probes.address("add", 0);
    Probe one = probes.register(address, ProbeRequest.before(_ -> order.add("one")));
    Probe two = probes.register(address, ProbeRequest.before(_ -> order.add("two")));
    call("add", 1, 2);
    one.close();
    call("add", 1, 2);
    assertEquals(List.of("one", "two", "two"), order);
    assertEquals(1, one.hits());
    assertEquals(2, two.hits());
  }

  @Test
  void handlerThatFails_isCounted_andTheCodeGoesOn() throws Throwable {
    Probe probe =
        probes.register(
            probes.address("add", 0),
            ProbeRequest.before(
                _ -> {
                  throw new IllegalStateException("on purpose");
                }));
    assertEquals(5, call("add", 1, 2));
    assertEquals(1, probe.failures());
    assertEquals(1, probe.hits());
  }

  @Test
  void probedCodeInAHandler_isMissed() throws Throwable {
    MethodHandle add = program.call("add");
    var inside = new ArrayList<Long>();
    Probe probe =
        probes.register(
            probes.address("add", 0),
            ProbeRequest.before(
                _ -> {
                  try {
                    inside.add((long) add.invokeExact(5L, 5L));
                  } catch (Throwable failure) {
                    throw new AssertionError(failure);
                  }
                }));
    assertEquals(5, call("add", 1, 2));
    assertEquals(List.of(20L), inside);
    assertEquals(1, probe.hits());
    assertEquals(1, probe.missed());
    assertEquals(0, probe.failures());
  }

  @Test
  void probeUnderAJump_takesTheJumpAway_andGivesItBack() throws Throwable {
    assumeTrue(isAmd64(), "only the jumps of amd64 cover several instructions");
    long address = probes.address("add", 0);
    Probe first = probes.register(address, ProbeRequest.before(_ -> {}));
    assertTrue(first.isOptimized(), first::toString);
    Probe second = probes.register(address + 4, ProbeRequest.before(_ -> {}));
    assertFalse(first.isOptimized());
    assertTrue(first.whyNotOptimized().orElseThrow().contains("another probe"));
    assertEquals(5, call("add", 1, 2));
    assertEquals(1, first.hits());
    assertEquals(1, second.hits());
    second.close();
    assertTrue(first.isOptimized());
    assertEquals(5, call("add", 1, 2));
    assertEquals(2, first.hits());
  }

  @Test
  void returnProbe_seesEveryReturn_ofEachLevel() throws Throwable {
    var returned = new ArrayList<Long>();
    Probe probe =
        probes.registerReturn(
            probes.address("fact", 0),
            ReturnProbeRequest.of(r -> returned.add(r.get(abi.result()))));
    assertEquals(24, call("fact", 4, 1));
    assertEquals(List.of(1L, 2L, 6L, 24L), returned);
    assertEquals(4, probe.hits());
    probe.close();
    assertEquals(24, call("fact", 4, 1));
    assertEquals(4, probe.hits());
  }

  @Test
  void returnProbe_tooDeep_isMissed() throws Throwable {
    Probe probe =
        probes.registerReturn(
            probes.address("fact", 0), new ReturnProbeRequest(null, _ -> {}, 2, true));
    assertEquals(120, call("fact", 5, 1));
    assertEquals(2, probe.hits());
    assertEquals(3, probe.missed());
    assertEquals(6, call("fact", 3, 1));
    assertEquals(4, probe.hits());
  }

  @Test
  void twoReturnProbes_andACallerWithOne() throws Throwable {
    var order = new ArrayList<String>();
    long add = probes.address("add", 0);
    probes.registerReturn(add, ReturnProbeRequest.of(r -> order.add("a" + r.get(abi.result()))));
    probes.registerReturn(
        add, ReturnProbeRequest.of(r -> r.set(abi.result(), r.get(abi.result()) + 1000)));
    probes.registerReturn(
        probes.address("outer", 0),
        ReturnProbeRequest.of(r -> order.add("o" + r.get(abi.result()))));
    assertEquals(5 + 1000 + 1, call("outer", 1, 2));
    assertEquals(List.of("a1005", "o1006"), order);
  }

  @Test
  void returnProbe_removedWhileInside_stillReturns() throws Throwable {
    var probe = new Probe[1];
    probe[0] =
        probes.registerReturn(
            probes.address("fact", 0),
            ReturnProbeRequest.of(
                r -> {
                  if (r.get(abi.result()) == 2) {
                    probe[0].close();
                  }
                }));
    assertEquals(24, call("fact", 4, 1));
    assertEquals(2, probe[0].hits());
  }

  private Reason refused(long address) {
    return assertThrows(
            ProbeRefusedException.class,
            () -> probes.register(address, ProbeRequest.before(_ -> {})))
        .reason();
  }

  @Test
  void refusals() {
    long add = probes.address("add", 0);
    assertEquals(Reason.INSTRUCTION, refused(add + 1));
    assertEquals(Reason.NOT_TEXT, refused(4096));
    assertEquals(Reason.NOT_TEXT, refused(program.memory().address() - 1));
    Probe probe = probes.register(add, ProbeRequest.before(_ -> {}));
    long tracer =
        allocator.allocations().stream()
            .filter(a -> a.purpose() == Purpose.KPROBES)
            .findFirst()
            .orElseThrow()
            .span()
            .start();
    assertEquals(Reason.TRACER, refused(tracer));
    probe.close();
    probes.blacklist("outer", "the test says so");
    assertEquals(Reason.BLACKLISTED, refused(probes.address("outer", 0)));
    assertEquals(
        Reason.NO_SYMBOL,
        assertThrows(ProbeRefusedException.class, () -> probes.address("nobody", 0)).reason());
    assertEquals(
        Reason.WRONG_KIND,
        assertThrows(
                ProbeRefusedException.class,
                () -> probes.registerReturn(add + abi.firstBytes(), ReturnProbeRequest.of(_ -> {})))
            .reason());
    assertTrue(probes.probes().isEmpty());
  }

  @Test
  void textThatWasPoked_isReadAgain_andLeftAsItIs() throws Throwable {
    long address = probes.address("add", 0);
    probes.register(address, ProbeRequest.before(_ -> {}).byBreakpoint()).close();
    long offset = program.function("add").offset();
    byte[] nop = HexFormat.of().parseHex(abi.nop());
    byte[] first = program.memory().read(offset, nop.length);
    var poke =
        new Poke(program.memory(), offset, new Instruction.Raw(first), new Instruction.Raw(nop));
    allocator.poker().poke(poke);
    probes.register(address, ProbeRequest.before(_ -> {}).byBreakpoint()).close();
    assertArrayEquals(nop, program.memory().read(offset, nop.length));
    assertTrue(probes.probes().isEmpty());
    allocator.poker().poke(new Poke(program.memory(), offset, poke.replacement(), poke.expected()));
    assertEquals(5, call("add", 1, 2));
  }

  @Test
  void memoryOfDetours_isGivenBack() throws Throwable {
    probes.register(probes.address("add", 0), ProbeRequest.before(_ -> {})).close();
    long before = kprobesBytes();
    for (int i = 0; i < 100; i++) {
      Probe probe = probes.register(probes.address("add", 0), ProbeRequest.before(_ -> {}));
      assertEquals(5, call("add", 1, 2));
      probe.close();
    }
    assertEquals(before, kprobesBytes());
  }

  private long kprobesBytes() {
    return allocator.allocations().stream()
        .filter(a -> a.purpose() == Purpose.KPROBES)
        .mapToLong(a -> a.span().bytes())
        .sum();
  }
}
