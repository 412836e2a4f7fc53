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
__asm__(".text\n"
        "save:\n"
        "  mov %rbx, (%rdi)\n  mov %rbp, 8(%rdi)\n  mov %r12, 16(%rdi)\n  mov %r13, 24(%rdi)\n"
        "  mov %r14, 32(%rdi)\n  mov %r15, 40(%rdi)\n  lea 8(%rsp), %rdx\n  mov %rdx, 48(%rdi)\n"
        "  mov (%rsp), %rdx\n  mov %rdx, 56(%rdi)\n  xor %eax, %eax\n  ret\n"
        "back:\n"
        "  mov (%rdi), %rbx\n  mov 8(%rdi), %rbp\n  mov 16(%rdi), %r12\n  mov 24(%rdi), %r13\n"
        "  mov 32(%rdi), %r14\n  mov 40(%rdi), %r15\n  mov 48(%rdi), %rsp\n  mov $1, %eax\n"
        "  jmp *56(%rdi)\n");
int save(long *state) __attribute__((returns_twice));
void back(long *state) __attribute__((noreturn));

RECURSIVE long thrower(long *state, long n) { if (n == 0) back(state); return thrower(state, n - 1) + 1; }
NOINLINE long catcher(long n) {
  long state[8];
  volatile long kept = n;
  if (save(state)) return leaf(kept) + 100;
  return thrower(state, n);
}
