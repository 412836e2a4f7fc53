package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Probes that hit, on any machine that has them, without its compiler. */
class HandmadeProbeTest {
  /** The sum of two numbers, in three instructions. */
  private record Sum(String hex, List<Integer> starts, String result) {}

  private static final Map<String, Sum> SUMS =
      Map.of(
          // lea rax, [rdi + rsi]; mov rcx, rdi; ret
          "amd64", new Sum("488d04374889f9c3", List.of(0, 4, 7), "rax"),
          // add x0, x0, x1; mov x2, x0; ret
          "arm64", new Sum("0000018be20300aac0035fd6", List.of(0, 4, 8), "x0"),
          // lay %r2,0(%r2,%r3); lgr %r1,%r2; br %r14
          "s390x", new Sum("e32230000071b904001207fe", List.of(0, 6, 10), "r2"));

  private static final int THREADS = 4;
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.probes.rounds", 2000);

  private final JitAllocator allocator = JitAlloc.host();
  private Sum sum;
  private JitMemory memory;
  private MethodHandle function;

  @BeforeEach
  void load() {
    Sum here = SUMS.get(allocator.target().arch());
    assumeTrue(here != null, () -> "no probes on " + allocator.target().arch());
    sum = here;
    byte[] code = HexFormat.of().parseHex(sum.hex());
    memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    memory.publish();
    function = memory.function(0, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  @AfterEach
  void unload() {
    if (memory != null) {
      memory.close();
    }
  }

  private LocalKprobes probes() {
    LocalKprobes probes = KprobesFactory.of(allocator);
    probes.add(
        new PlainText("", memory, List.of(new TextFunction("sum", 0, sum.hex().length() / 2))));
    return probes;
  }

  private long call(long a, long b) {
    try {
      return (long) function.invokeExact(a, b);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void everyInstruction_andTheReturn() {
    try (LocalKprobes probes = probes()) {
      for (int start : sum.starts()) {
        var request = ProbeRequest.before(_ -> {});
        var counting = ProbeRequest.counting();
        for (ProbeRequest each :
            List.of(request, request.byBreakpoint(), counting, counting.byBreakpoint())) {
          Probe probe = probes.register(memory.address() + start, each);
          assertEquals(7, call(3, 4), probe::toString);
          assertEquals(1, probe.hits());
          probe.close();
          assertEquals(7, call(3, 4));
          assertEquals(1, probe.hits());
        }
      }
      probes.registerReturn(
          memory.address(),
          ReturnProbeRequest.of(r -> r.set(sum.result(), r.get(sum.result()) + 1000)));
      assertEquals(1007, call(3, 4));
    }
    assertEquals(7, call(3, 4));
  }

  /**
   * Two probes at the first instruction only count, one by a breakpoint at the second, while others
   * come and go beside them, so that the detours change under the threads.
   */
  @Test
  void counting_isExact_underFire() throws Exception {
    try (LocalKprobes probes = probes()) {
      long entry = memory.address() + sum.starts().getFirst();
      long second = memory.address() + sum.starts().get(1);
      List<Probe> always =
          probes.register(
              List.of(
                  new ProbeAt(entry, ProbeRequest.counting()),
                  new ProbeAt(entry, ProbeRequest.counting()),
                  new ProbeAt(second, ProbeRequest.counting().byBreakpoint())));
      var seen = new LongAdder();
      var stop = new AtomicBoolean();
      long calls = 0;
      List<Probe> handled = List.of();
      try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          running.add(threads.submit(() -> runUntil(stop)));
        }
        try {
          handled = comeAndGo(probes, entry, seen);
        } finally {
          stop.set(true);
        }
        for (Future<Long> one : running) {
          calls += one.get();
        }
      }
      assertTrue(calls > 0);
      for (Probe probe : always) {
        assertEquals(calls, probe.hits(), probe::toString);
      }
      assertEquals(seen.sum(), handled.stream().mapToLong(Probe::hits).sum());
      always.forEach(Probe::close);
      for (Probe probe : always) {
        assertEquals(calls, probe.hits(), probe::toString);
      }
    }
  }

  private long runUntil(AtomicBoolean stop) {
    long calls = 0;
    while (!stop.get()) {
      assertEquals(calls + 4, call(calls, 4));
      calls++;
    }
    return calls;
  }

  /** {@return those that came and had a handler} */
  private static List<Probe> comeAndGo(Kprobes probes, long entry, LongAdder seen) {
    List<Probe> gone = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      ProbeRequest request =
          i % 2 == 0 ? ProbeRequest.counting() : ProbeRequest.before(_ -> seen.increment());
      Probe probe = probes.register(entry, i % 3 == 0 ? request.byBreakpoint() : request);
      if (i % 5 == 0) {
        probe.disable();
        probe.enable();
      }
      probe.close();
      if (i % 2 == 1) {
        gone.add(probe);
      }
    }
    return gone;
  }
}
