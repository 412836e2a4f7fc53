package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.TextFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each instruction of many functions is probed: alone, by breakpoint and by jump, and together with
 * all others. Whatever is probed, the functions give what they gave before, and the three ways to
 * count agree.
 */
class EveryInstructionTest {
  private static final long[][] ARGUMENTS = {
    {0, 0}, {1, 2}, {-5, 3}, {123_456_789, 987}, {7, -7}, {5, 16}, {Long.MAX_VALUE, 9}
  };

  /** How many functions of each shape. */
  private static final int EACH = Integer.getInteger("jitalloc.test.probes.each", 10);

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();
  private final Kprobes probes = Kprobes.on(allocator);
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

  private List<Long> results(MethodHandle function) throws Throwable {
    var results = new ArrayList<Long>();
    for (long[] pair : ARGUMENTS) results.add((long) function.invokeExact(pair[0], pair[1]));
    return results;
  }

  @Test
  void eachAlone_andAllTogether() throws Throwable {
    byte[] before = program.memory().read(0, (int) program.memory().bytes());
    int optimized = 0;
    int instructions = 0;
    assertEquals(10 * EACH, program.functions().size());
    for (TextFunction function : program.functions()) {
      MethodHandle call = program.call(function.name());
      List<Long> wanted = results(call);
      var alone = new TreeMap<Long, Long>();
      for (long address : program.starts(function)) {
        instructions++;
        alone.put(address, hits(address, false, call, wanted));
        var jump = probes.register(address, ProbeRequest.before(_ -> {}));
        boolean isJump = jump.isOptimized();
        jump.close();
        if (!isJump) continue;
        optimized++;
        assertEquals(alone.get(address), hits(address, true, call, wanted), jump::place);
      }
      assertEquals(ARGUMENTS.length <= alone.firstEntry().getValue(), true, function.name());
      assertEquals(alone, together(alone, call, wanted), function.name());
    }
    org.junit.jupiter.api.Assertions.assertArrayEquals(
        before, program.memory().read(0, before.length));
    assertTrue(instructions > 100 * EACH && optimized > 30 * EACH, instructions + " " + optimized);
  }

  private long hits(long address, boolean jump, MethodHandle call, List<Long> wanted)
      throws Throwable {
    long[] count = {0};
    var request = ProbeRequest.before(_ -> count[0]++);
    Probe probe = probes.register(address, jump ? request : request.byBreakpoint());
    assertEquals(jump, probe.isOptimized());
    assertEquals(wanted, results(call), probe::place);
    assertEquals(count[0], probe.hits());
    assertEquals(0, probe.missed());
    probe.close();
    assertEquals(wanted, results(call), probe::place);
    assertEquals(count[0], probe.hits());
    return count[0];
  }

  private Map<Long, Long> together(TreeMap<Long, Long> alone, MethodHandle call, List<Long> wanted)
      throws Throwable {
    var requests = new LinkedHashMap<Long, ProbeRequest>();
    for (long address : alone.keySet()) requests.put(address, ProbeRequest.before(_ -> {}));
    List<Probe> all = probes.register(requests);
    assertEquals(wanted, results(call));
    var counts = new HashMap<Long, Long>();
    for (Probe probe : all) {
      counts.put(probe.address(), probe.hits());
      probe.close();
    }
    return counts;
  }
}
