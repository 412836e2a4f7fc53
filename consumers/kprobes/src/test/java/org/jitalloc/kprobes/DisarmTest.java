package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A probe that cannot be taken away is as it was: it hits, it is counted, and it can go later. */
class DisarmTest {
  private static final String SOURCE =
      """
      __attribute__((noinline)) long add(long a, long b) { return a * 3 + b; }
      __attribute__((noinline)) long next(long a, long b) { return a * 5 + b; }
      """;

  @TempDir Path folder;
  private final JitAllocator real = JitAlloc.host();
  private final FailingPokes pokes = new FailingPokes(real);
  private final LocalKprobes probes = KprobesFactory.of(pokes.allocator());
  private Compiled program;
  private byte[] before;

  enum Kind {
    BREAKPOINT(1, one -> one.register(ProbeRequest.before(_ -> {}).byBreakpoint())),
    JUMP(2, one -> one.register(ProbeRequest.before(_ -> {}))),
    COUNTING(2, one -> one.register(ProbeRequest.counting())),
    RETURN(2, DisarmTest::registerReturn);

    /** How many batches it takes to disarm. */
    private final int batches;

    private final Function<DisarmTest, Probe> register;

    Kind(int batches, Function<DisarmTest, Probe> register) {
      this.batches = batches;
      this.register = register;
    }
  }

  private Probe register(ProbeRequest request) {
    return probes.register(probes.address("add", 0), request);
  }

  private Probe registerReturn() {
    return probes.registerReturn(probes.address("add", 0), ReturnProbeRequest.of(_ -> {}));
  }

  @BeforeEach
  void load() throws Exception {
    program = Compiled.load(real, folder, SOURCE, "-O1");
    probes.add(program.text());
    before = code();
  }

  @AfterEach
  void unload() {
    probes.close();
    assertArrayEquals(before, code());
    assertEquals(0, allocations());
    program.memory().close();
  }

  private byte[] code() {
    return program.memory().read(0, (int) program.memory().bytes());
  }

  private long allocations() {
    return real.allocations().stream().filter(a -> a.purpose() == Purpose.KPROBES).count();
  }

  private void run(String name, long expected) throws Throwable {
    assertEquals(expected, (long) program.call(name).invokeExact(1L, 2L));
  }

  private void assertHits(Probe probe, long hits) throws Throwable {
    run("add", 5);
    assertEquals(hits, probe.hits());
  }

  @ParameterizedTest
  @EnumSource
  void probeThatCannotGo_isArmedAndCounted_andGoesLater(Kind kind) throws Throwable {
    Probe probe = kind.register.apply(this);
    assertEquals(kind.batches == 2, probe.isOptimized(), probe::toString);
    byte[] armed = code();
    long allocations = allocations();
    assertHits(probe, 1);
    for (int batch = 0; batch < kind.batches; batch++) {
      pokes.fail(batch, 1);
      assertThrows(JitAllocException.class, probe::close);
      assertTrue(probe.isEnabled());
      assertEquals(List.of(probe), probes.probes());
      assertHits(probe, 2 + batch);
      assertEquals(allocations, allocations(), "of kprobes");
      assertArrayEquals(armed, code());
    }
    probe.close();
    assertFalse(probe.isEnabled());
    assertEquals(List.of(), probes.probes());
    assertArrayEquals(before, code());
    assertHits(probe, 1 + kind.batches);
    probe.close();
  }

  @ParameterizedTest
  @EnumSource
  void probeThatCannotBeDisabled_isEnabled_andCanBeLater(Kind kind) throws Throwable {
    Probe probe = kind.register.apply(this);
    byte[] armed = code();
    for (int batch = 0; batch < kind.batches; batch++) {
      pokes.fail(batch, 1);
      assertThrows(JitAllocException.class, probe::disable);
      assertTrue(probe.isEnabled());
      assertHits(probe, 1 + batch);
      assertArrayEquals(armed, code());
    }
    probe.disable();
    assertArrayEquals(before, code());
    assertHits(probe, kind.batches);
    probe.enable();
    assertHits(probe, kind.batches + 1);
  }

  @Test
  void oneOfTwoAtAPlace_thatCannotGo_leavesBoth() throws Throwable {
    Probe first = register(ProbeRequest.before(_ -> {}));
    Probe second = register(ProbeRequest.counting());
    assertHits(first, 1);
    pokes.fail(0, 1);
    assertThrows(JitAllocException.class, second::close);
    assertEquals(List.of(first, second), probes.probes());
    assertHits(first, 2);
    assertEquals(2, second.hits());
    second.close();
    assertHits(first, 3);
    assertEquals(2, second.hits());
    assertEquals(List.of(first), probes.probes());
  }

  @Test
  void severalThatCannotGo_allStay() throws Throwable {
    var both =
        List.of(
            register(ProbeRequest.before(_ -> {})),
            probes.register(probes.address("next", 0), ProbeRequest.counting()));
    byte[] armed = code();
    pokes.fail(1, 1);
    assertThrows(JitAllocException.class, () -> probes.unregister(both));
    assertEquals(both, probes.probes());
    assertArrayEquals(armed, code());
    assertHits(both.getFirst(), 1);
    run("next", 7);
    assertEquals(1, both.getLast().hits());
    probes.unregister(both);
    assertEquals(List.of(), probes.probes());
  }

  /** The detour of the remaining probe has to stay: a thread may still reach it. */
  @Test
  void closing_takesAwayWhatCanGo_andTheRestWhenItIsClosedAgain() throws Throwable {
    Probe stays = register(ProbeRequest.before(_ -> {}).byBreakpoint());
    Probe goes = probes.register(probes.address("next", 0), ProbeRequest.counting().byBreakpoint());
    pokes.fail(0, 2);
    probes.close();
    assertTrue(stays.isEnabled());
    assertFalse(goes.isEnabled());
    assertHits(stays, 1);
    run("next", 7);
    assertThrows(JitAllocException.class, () -> register(ProbeRequest.counting()));
    assertEquals(List.of(stays), probes.probes());
  }

  /** A text that goes while its probes cannot: they are gone with its memory. */
  @Test
  void textThatGoes_withAProbeThatCannot_isForgottenWithItsMemory() throws Throwable {
    Compiled other = Compiled.load(real, folder, SOURCE, "-O1");
    var text = new PlainText("other", other.memory(), other.functions());
    KnownText known = probes.add(text);
    Probe stays = probes.register(probes.address("other:add", 0), ProbeRequest.counting());
    pokes.fail(0, 2);
    known.close();
    assertEquals(List.of(stays), probes.probes());
    other.memory().close();
    stays.close();
    assertEquals(List.of(), probes.probes());
  }
}
