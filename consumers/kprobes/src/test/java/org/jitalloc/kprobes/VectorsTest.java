package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Vector registers, masks and the x87 stack, whatever of them there is, are the probed code's after
 * a handler that changes all of them.
 */
class VectorsTest {
  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();

  @Test
  void everyInstruction_ofVectorCode_isProbed_byHandlersThatChangeThemAll() throws Throwable {
    VectorCode code = VectorCode.of(allocator.target());
    Compiled program = Compiled.load(allocator, folder, code.works(), code.flags());
    Compiled other = Compiled.load(allocator, folder, code.dirty(), code.flags());
    MethodHandle dirty = other.call("dirty");
    long[] calls = {0};
    ProbeHandler handler =
        _ -> {
          try {
            calls[0] += (long) dirty.invokeExact(1L, 0L);
          } catch (Throwable failure) {
            throw new AssertionError(failure);
          }
        };
    try (LocalKprobes probes = KprobesFactory.of(allocator)) {
      probes.add(program.text());
      for (TextFunction function : program.functions()) {
        MethodHandle call = program.call(function.name());
        List<Long> wanted = results(call);
        long before = calls[0];
        ProbeRequest request = ProbeRequest.before(handler);
        List<Probe> all =
            probes.register(
                program.starts(function).stream().map(at -> new ProbeAt(at, request)).toList());
        assertEquals(wanted, results(call), function.name());
        assertTrue(calls[0] - before >= all.size(), function.name());
        all.forEach(Probe::close);
        assertEquals(wanted, results(call), function.name());
      }
    }
    program.memory().close();
    other.memory().close();
  }

  private static List<Long> results(MethodHandle call) throws Throwable {
    return List.of(
        (long) call.invokeExact(3L, 4L),
        (long) call.invokeExact(-77L, 123L),
        (long) call.invokeExact(1L << 40, -9L));
  }
}
