package org.jitalloc.kprobes;

/** Sources in C: functions {@code f0} and on, each {@code long f(long, long)}. */
final class Programs {
  private Programs() {}

  /** Of each shape as many as wanted, each with other constants. */
  static String many(int each) {
    var source = new StringBuilder("typedef unsigned long u;\n");
    for (int i = 0; i < each; i++) {
      String[] shapes = {
        "u x = a; for (long i = 0; i < (b & 15); i++) x = x * %1$d + (x >> %2$d) + i; return x;",
        "if (a < b) return a * %1$d - b; if (a == b) return %1$d; return a / ((b & 7) + %2$d);",
        "double x = a, y = b; for (int i = 0; i < 3; i++) x = x * 0.5 + y / %1$d; return (long) x;",
        "switch (a & 7) { case 0: return b + %1$d; case 1: return b ^ %1$d; case 2: return b * 3;"
            + " case 3: return b - a; case 5: return ~b; case 6: return %2$d; } return a | b;",
        "static const char t[] = \"the quick brown fox\"; long s = %1$d;"
            + " for (int i = 0; i < 19; i++) s = s * 31 + t[(i + a) %% 19 < 0 ? 0 : (i + a) %% 19];"
            + " return s + b;",
        "volatile long v[8]; for (int i = 0; i < 8; i++) v[i] = a * i + %1$d; long s = 0; for (int"
            + " i = 0; i < 8; i++) s += v[(b + i) & 7] << (i & %2$d); return s;",
        "return __builtin_ctzl(a | 1024) + __builtin_clzl(b | 1) * %1$dL + (a > %2$d ? a : b);",
        "if ((b & 15) == 0) return a; return f%3$d(a + %1$d, (b & 15) - 1) + 1;",
        "float x[4] = {a, b, %1$d, 1}; for (int i = 0; i < 4; i++) x[i] = x[i] * x[(i + 1) & 3];"
            + " return (long) (x[0] + x[1]) ^ (long) x[3];",
        "return a * %1$d + b * %2$d;"
      };
      for (int shape = 0; shape < shapes.length; shape++) {
        int n = i * shapes.length + shape;
        source
            .append("__attribute__((noinline)) long f%d(long a, long b) {".formatted(n))
            .append(shapes[shape].formatted(1000 + 37 * i, 3 + i % 9, n))
            .append("}\n");
      }
    }
    return source.toString();
  }
}
