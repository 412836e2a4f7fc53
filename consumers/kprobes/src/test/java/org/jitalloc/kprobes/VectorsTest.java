package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.TextFunction;
import org.jitalloc.arch.x86.trace.X86Probes;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Vector registers, masks and the x87 stack are the probed code's after a handler that changes all
 * of them, whatever of them is in use.
 */
@EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
class VectorsTest {
  private static final String SOURCE =
      """
      typedef long v2 __attribute__((vector_size(16)));
      typedef long v4 __attribute__((vector_size(32)));
      typedef long v8 __attribute__((vector_size(64)));
      #define WORK(T, N) \
        T s = {0}, t = {0}; \
        for (int i = 0; i < N; i++) { s[i] = a + i; t[i] = b * i + 1; } \
        for (int i = 0; i < 8; i++) { s += t; t ^= s; s = (s & (s > t)) | ((t + 1) & ~(s > t)); } \
        long sum = 0; \
        for (int i = 0; i < N; i++) sum = sum * 31 + s[i] + t[i]; \
        return sum;
      long sse(long a, long b) { WORK(v2, 2) }
      __attribute__((target("avx2"))) long avx(long a, long b) { WORK(v4, 4) }
      #ifdef AVX512
      __attribute__((target("avx512f,avx512bw,avx512dq"))) long avx512(long a, long b) { WORK(v8, 8) }
      __attribute__((target("avx512f,avx512bw"))) long masks(long a, long b) {
        long r;
        __asm__("kmovq %1, %%k3; kmovq %2, %%k5; vpbroadcastq %1, %%zmm20; nop; nop; kxorq %%k3, %%k5, %%k4;"
                "kmovq %%k4, %0; vmovq %%xmm20, %%rcx; add %%rcx, %0"
                : "=r"(r) : "r"(a), "r"(b) : "rcx", "k3", "k4", "k5", "xmm20");
        return r;
      }
      #endif
      long x87(long a, long b) {
        long double x = a, y = b, z = 1;
        for (int i = 0; i < 5; i++) { z = z * x + y; x = x / (y * y + 1); }
        return (long) (z * 1000) ^ (long) (x * 1000);
      }
      long scalar(long a, long b) { double x = a, y = b; return (long) (x * y + x / (y * y + 1)); }
      """;

  private static final String DIRTY =
      """
      #ifdef AVX512
      __attribute__((target("avx512f,avx512bw")))
      #endif
      long dirty(long a, long b) {
        __asm__ volatile(
          "fninit; fldpi; fldpi; fldpi; fldpi; fldpi; fldpi; fldpi; fldpi; fninit;"
          "vpcmpeqd %%ymm0, %%ymm0, %%ymm0; vmovdqa %%ymm0, %%ymm1; vmovdqa %%ymm0, %%ymm2; vmovdqa %%ymm0, %%ymm3;"
          "vmovdqa %%ymm0, %%ymm4; vmovdqa %%ymm0, %%ymm5; vmovdqa %%ymm0, %%ymm6; vmovdqa %%ymm0, %%ymm7;"
          "vmovdqa %%ymm0, %%ymm8; vmovdqa %%ymm0, %%ymm9; vmovdqa %%ymm0, %%ymm10; vmovdqa %%ymm0, %%ymm11;"
          "vmovdqa %%ymm0, %%ymm12; vmovdqa %%ymm0, %%ymm13; vmovdqa %%ymm0, %%ymm14; vmovdqa %%ymm0, %%ymm15;"
      #ifdef AVX512
          "vpternlogd $255, %%zmm16, %%zmm16, %%zmm16; vmovdqa64 %%zmm16, %%zmm17; vmovdqa64 %%zmm16, %%zmm18;"
          "vmovdqa64 %%zmm16, %%zmm19; vmovdqa64 %%zmm16, %%zmm20; vmovdqa64 %%zmm16, %%zmm21; vmovdqa64 %%zmm16, %%zmm25;"
          "vmovdqa64 %%zmm16, %%zmm0; vmovdqa64 %%zmm16, %%zmm1; vmovdqa64 %%zmm16, %%zmm2; vmovdqa64 %%zmm16, %%zmm3;"
          "kxnorq %%k0, %%k0, %%k0; kmovq %%k0, %%k1; kmovq %%k0, %%k2; kmovq %%k0, %%k3; kmovq %%k0, %%k4;"
          "kmovq %%k0, %%k5; kmovq %%k0, %%k6; kmovq %%k0, %%k7;"
      #endif
          ::: "memory");
        return a + b;
      }
      """;

  @TempDir Path folder;
  private final JitAllocator allocator = JitAlloc.host();

  private String[] flags() {
    Assumptions.assumeTrue(allocator.target().cpuFeatures().contains("avx2"), "no AVX2 here");
    return allocator.target().cpuFeatures().contains("avx512bw")
        ? new String[] {"-DAVX512", "-mno-red-zone", "-fno-tree-vectorize"}
        : new String[] {"-mno-red-zone", "-fno-tree-vectorize"};
  }

  @Test
  void everyInstruction_ofVectorCode_isProbed_byHandlersThatChangeThemAll() throws Throwable {
    Compiled program = Compiled.load(allocator, folder, SOURCE, flags());
    Compiled other = Compiled.load(allocator, folder, DIRTY, flags());
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
    try (Kprobes probes = Kprobes.on(allocator)) {
      probes.add(program.text());
      for (TextFunction function : program.functions()) {
        MethodHandle call = program.call(function.name());
        List<Long> wanted = results(call);
        long before = calls[0];
        var requests = new LinkedHashMap<Long, ProbeRequest>();
        long start = program.memory().address() + function.offset();
        byte[] code = program.memory().read(function.offset(), function.bytes());
        new X86Probes()
            .read(code).starts().stream()
                .forEach(at -> requests.put(start + at, ProbeRequest.before(handler)));
        List<Probe> all = probes.register(requests);
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
