package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.trace.TextFunction;
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

  @Test
  void everyInstruction_andTheReturn() throws Throwable {
    JitAllocator allocator = JitAlloc.host();
    Sum sum = SUMS.get(allocator.target().arch());
    assumeTrue(sum != null, () -> "no probes on " + allocator.target().arch());
    byte[] code = HexFormat.of().parseHex(sum.hex());
    JitMemory memory = allocator.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    memory.publish();
    MethodHandle function =
        memory.function(0, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    try (Kprobes probes = Kprobes.on(allocator)) {
      probes.add(new PlainText("", memory, List.of(new TextFunction("sum", 0, code.length))));
      for (int start : sum.starts()) {
        var request = ProbeRequest.before(_ -> {});
        for (ProbeRequest each : List.of(request, request.byBreakpoint())) {
          Probe probe = probes.register(memory.address() + start, each);
          assertEquals(7L, (long) function.invokeExact(3L, 4L), probe::toString);
          assertEquals(1, probe.hits());
          probe.close();
        }
      }
      probes.registerReturn(
          memory.address(),
          ReturnProbeRequest.of(r -> r.set(sum.result(), r.get(sum.result()) + 1000)));
      assertEquals(1007L, (long) function.invokeExact(3L, 4L));
    }
    assertEquals(7L, (long) function.invokeExact(3L, 4L));
    memory.close();
  }
}
