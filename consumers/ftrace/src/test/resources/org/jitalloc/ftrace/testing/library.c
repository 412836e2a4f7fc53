/* Functions whose calls are known: how many, in which order, with which results. */
#include <stdarg.h>

/* Calls that stay calls, however they could be turned into loops. */
#define RECURSIVE NOINLINE __attribute__((optimize("no-optimize-sibling-calls")))
#define NOINLINE __attribute__((noinline, noclone))

NOINLINE long leaf(long x) { __asm__ volatile("" : "+r"(x)); return x + 1; }
NOINLINE long middle(long x) { long r = leaf(x); r += leaf(r); return r; }
NOINLINE long top(long x) { long r = middle(x); r += leaf(r); return r; }

RECURSIVE long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

NOINLINE long six(long a, long b, long c, long d, long e, long f) {
  return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f;
}
NOINLINE double eight(double a, double b, double c, double d, double e, double f, double g, double h) {
  return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h;
}
NOINLINE double sum(int n, ...) {
  va_list list;
  double all = 0;
  va_start(list, n);
  for (int i = 0; i < n; i++) all += va_arg(list, double);
  va_end(list);
  return all;
}
NOINLINE double variadic(double a) { return sum(3, a, a * 2, a * 4); }

/* A structure that comes back in two registers. */
struct two { long a, b; };
NOINLINE struct two pair(long x) { struct two t = { x, x * 3 }; return t; }
NOINLINE long both(long x) { struct two t = pair(x); return t.a + t.b; }

/* Ends in a jump where compilers know how. */
NOINLINE long tail(long x) { return leaf(x + 10); }

NOINLINE long bare(long n) { for (long i = 0; i < n; i++) leaf(i); return n; }

/* Leaves functions without their returning. Not by the C library, and not traced itself. */
#if defined(__x86_64__)
__asm__(".text\n"
        "save:\n"
        "  mov %rbx, (%rdi)\n  mov %rbp, 8(%rdi)\n  mov %r12, 16(%rdi)\n  mov %r13, 24(%rdi)\n"
        "  mov %r14, 32(%rdi)\n  mov %r15, 40(%rdi)\n  lea 8(%rsp), %rdx\n  mov %rdx, 48(%rdi)\n"
        "  mov (%rsp), %rdx\n  mov %rdx, 56(%rdi)\n  xor %eax, %eax\n  ret\n"
        "back:\n"
        "  mov (%rdi), %rbx\n  mov 8(%rdi), %rbp\n  mov 16(%rdi), %r12\n  mov 24(%rdi), %r13\n"
        "  mov 32(%rdi), %r14\n  mov 40(%rdi), %r15\n  mov 48(%rdi), %rsp\n  mov $1, %eax\n"
        "  jmp *56(%rdi)\n");
#elif defined(__aarch64__)
#define SAVED(op)                                                                               \
  "  " op "p x19, x20, [x0]\n  " op "p x21, x22, [x0, 16]\n  " op "p x23, x24, [x0, 32]\n"      \
  "  " op "p x25, x26, [x0, 48]\n  " op "p x27, x28, [x0, 64]\n  " op "p x29, x30, [x0, 80]\n" \
  "  " op "p d8, d9, [x0, 96]\n  " op "p d10, d11, [x0, 112]\n"                                \
  "  " op "p d12, d13, [x0, 128]\n  " op "p d14, d15, [x0, 144]\n"
__asm__(".text\n"
        "save:\n" SAVED("st") "  mov x2, sp\n  str x2, [x0, 160]\n  mov x0, 0\n  ret\n"
        "back:\n" SAVED("ld") "  ldr x2, [x0, 160]\n  mov sp, x2\n  mov x0, 1\n  ret\n");
#else
#define SAVED(op, all)                                                                       \
  "  " op " %f8, 80(%r2)\n  " op " %f9, 88(%r2)\n  " op " %f10, 96(%r2)\n  " op " %f11, 104(%r2)\n" \
  "  " op " %f12, 112(%r2)\n  " op " %f13, 120(%r2)\n  " op " %f14, 128(%r2)\n"               \
  "  " op " %f15, 136(%r2)\n  " all " %r6, %r15, 0(%r2)\n"
__asm__(".text\n"
        "save:\n" SAVED("std", "stmg") "  lghi %r2, 0\n  br %r14\n"
        "back:\n" SAVED("ld", "lmg") "  lghi %r2, 1\n  br %r14\n");
#endif
int save(long *state) __attribute__((returns_twice));
void back(long *state) __attribute__((noreturn));

RECURSIVE long thrower(long *state, long n) { if (n == 0) back(state); return thrower(state, n - 1) + 1; }
NOINLINE long catcher(long n) {
  long state[21];
  volatile long kept = n;
  if (save(state)) return leaf(kept) + 100;
  return thrower(state, n);
}
