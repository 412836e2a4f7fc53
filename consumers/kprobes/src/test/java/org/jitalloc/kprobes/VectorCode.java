package org.jitalloc.kprobes;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jitalloc.Target;

/**
 * C that works in vector registers, and C that leaves other values in all of them.
 *
 * @param works functions of two numbers, in C
 * @param dirty a function "dirty" of two numbers that gives their sum, in C
 * @param flags of the compiler
 */
record VectorCode(String works, String dirty, String... flags) {
  private static final String COMMON =
      """
      typedef long v2 __attribute__((vector_size(16)));
      #define WORK(T, N) \
        T s = {0}, t = {0}; \
        for (int i = 0; i < N; i++) { s[i] = a + i; t[i] = b * i + 1; } \
        for (int i = 0; i < 8; i++) { s += t; t ^= s; s = (s & (s > t)) | ((t + 1) & ~(s > t)); } \
        long sum = 0; \
        for (int i = 0; i < N; i++) sum = sum * 31 + s[i] + t[i]; \
        return sum;
      long vectors(long a, long b) { WORK(v2, 2) }
      long scalar(long a, long b) { double x = a, y = b; return (long) (x * y + x / (y * y + 1)); }
      """;

  private static final String X86 =
      """
      typedef long v4 __attribute__((vector_size(32)));
      typedef long v8 __attribute__((vector_size(64)));
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
      """;

  private static final String X86_DIRTY =
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

  private static final String DIRTY =
      """
      long dirty(long a, long b) {
        __asm__ volatile("%s" ::: %s, "memory");
        return a + b;
      }
      """;

  /** {@return what there is for a machine} */
  static VectorCode of(Target target) {
    Set<String> features = target.cpuFeatures();
    return switch (target.arch()) {
      case "amd64" -> x86(features);
      case "arm64" -> new VectorCode(COMMON, dirty("movi v%d.16b, #255", "v%d", 32));
      case "s390x" ->
          features.contains("vx")
              ? new VectorCode(COMMON, dirty("vone %%%%v%d", "v%d", 32), "-march=z13")
              : new VectorCode(COMMON, dirty("lcdbr %%%%f%1$d, %%%%f%1$d", "f%d", 16));
      default -> throw new AssertionError("write what spoils all vectors of " + target.arch());
    };
  }

  private static VectorCode x86(Set<String> features) {
    var flags = new ArrayList<>(List.of("-mno-red-zone", "-fno-tree-vectorize"));
    if (!features.contains("avx2")) {
      String dirty = dirty("pcmpeqd %%%%xmm%1$d, %%%%xmm%1$d", "xmm%d", 16);
      return new VectorCode(COMMON, dirty, flags.toArray(String[]::new));
    }
    if (features.contains("avx512bw")) {
      flags.add("-DAVX512");
    }
    return new VectorCode(COMMON + X86, X86_DIRTY, flags.toArray(String[]::new));
  }

  /** The compiler is told, so that it keeps of them what a function has to keep. */
  private static String dirty(String instruction, String register, int count) {
    return DIRTY.formatted(
        each(count, instruction + ";", ""), each(count, "\"" + register + "\"", ", "));
  }

  private static String each(int count, String format, String between) {
    return IntStream.range(0, count)
        .mapToObj(format::formatted)
        .collect(Collectors.joining(between));
  }
}
