package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each instruction of two thousand functions is probed: first alone in its function, by breakpoint
 * and by jump, then together with all others. The first instructions of all functions are probed in
 * one batch, then the second ones, and so on. Whatever is probed, the functions give what they gave
 * before, and the three ways to count agree.
 */
class EveryInstructionTest {
  private static final long[][] ARGUMENTS = {
    {0, 0}, {1, 2}, {-5, 3}, {123_456_789, 987}, {7, -7}, {5, 16}, {Long.MAX_VALUE, 9}
  };

  /** How many functions of each shape. */
  private static final int EACH = Integer.getInteger("jitalloc.test.probes.each", 200);

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();
  private final LocalKprobes probes = KprobesFactory.of(allocator);
  private Compiled program;

  @BeforeEach
  void load() throws Exception {
    program = Compiled.load(allocator, folder, Programs.many(EACH));
    probes.add(program.text());
  }

  @AfterEach
  void unload() {
    probes.close();
    program.memory().close();
  }

  /** A function, what it gives, and where its instructions are. */
  private record Probed(String name, MethodHandle call, List<Long> wanted, List<Long> starts) {
    static List<Long> results(MethodHandle function) throws Throwable {
      var results = new ArrayList<Long>();
      for (long[] pair : ARGUMENTS) {
        results.add((long) function.invokeExact(pair[0], pair[1]));
      }
      return results;
    }

    void run(Object probed) throws Throwable {
      assertEquals(wanted, results(call), () -> name + " " + probed);
    }
  }

  private Probed probed(TextFunction function) throws Throwable {
    MethodHandle call = program.call(function.name());
    return new Probed(function.name(), call, Probed.results(call), program.starts(function));
  }

  @Test
  void eachAlone_andAllTogether() throws Throwable {
    byte[] before = program.memory().read(0, (int) program.memory().bytes());
    List<Probed> functions = new ArrayList<>();
    for (TextFunction function : program.functions()) {
      functions.add(probed(function));
    }
    assertEquals(10 * EACH, functions.size());
    Map<Long, Long> alone = new HashMap<>();
    Map<Long, Long> jumped = new HashMap<>();
    for (int index = 0; ; index++) {
      int k = index;
      List<Probed> some = functions.stream().filter(f -> f.starts().size() > k).toList();
      if (some.isEmpty()) {
        break;
      }
      alone.putAll(hits(some, k, ProbeRequest.before(_ -> {}).byBreakpoint()));
      jumped.putAll(jumps(some, k));
    }
    for (Probed function : functions) {
      assertTrue(alone.get(function.starts().getFirst()) >= ARGUMENTS.length, function.name());
    }
    jumped.forEach((address, hits) -> assertEquals(alone.get(address), hits));
    assertTrue(
        alone.size() > 100 * EACH && jumped.size() > 30 * EACH, alone.size() + " " + jumped.size());
    assertEquals(alone, together(functions));
    assertArrayEquals(before, program.memory().read(0, before.length));
  }

  /** Probes one instruction of each function. {@return how often each was hit} */
  private Map<Long, Long> hits(List<Probed> functions, int index, ProbeRequest request)
      throws Throwable {
    List<Probe> batch = register(functions, index, request);
    for (int i = 0; i < batch.size(); i++) {
      assertFalse(batch.get(i).isOptimized());
      functions.get(i).run(batch.get(i));
    }
    return counted(batch);
  }

  /** As {@link #hits}, of those that a jump can take the place of. */
  private Map<Long, Long> jumps(List<Probed> functions, int index) throws Throwable {
    List<Probe> batch = register(functions, index, ProbeRequest.before(_ -> {}));
    List<Probe> jumps = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      if (!batch.get(i).isOptimized()) {
        continue;
      }
      functions.get(i).run(batch.get(i));
      jumps.add(batch.get(i));
    }
    Map<Long, Long> hits = counted(jumps);
    probes.unregister(batch);
    return hits;
  }

  private List<Probe> register(List<Probed> functions, int index, ProbeRequest request) {
    return probes.register(
        functions.stream().map(f -> new ProbeAt(f.starts().get(index), request)).toList());
  }

  /** Takes probes away. {@return how often each was hit} */
  private Map<Long, Long> counted(List<Probe> batch) {
    probes.unregister(batch);
    Map<Long, Long> hits = new HashMap<>();
    for (Probe probe : batch) {
      assertEquals(0, probe.missed(), probe::place);
      hits.put(probe.address(), probe.hits());
    }
    return hits;
  }

  /** By detours that only count, all at once. */
  private Map<Long, Long> together(List<Probed> functions) throws Throwable {
    List<ProbeAt> all = new ArrayList<>();
    for (Probed function : functions) {
      for (long start : function.starts()) {
        all.add(new ProbeAt(start, ProbeRequest.counting()));
      }
    }
    List<Probe> batch = probes.register(all);
    for (Probed function : functions) {
      function.run("all together");
    }
    return counted(batch);
  }
}
