/*
 * Functions that meet signals, other stacks and other threads. Functions of the C library are called by their addresses in
 * the process (ADDRESS_name); what is written lies at WORDS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone, noipa))
#define RECURSIVE NOINLINE __attribute__((optimize("no-optimize-sibling-calls")))
#define LIBC(f) ((__typeof__(&f)) ADDRESS_##f)
#define STACK_BYTES (1 << 18)

/* What the test reads and writes: the state of save() follows. */
struct words {
  volatile long stop, ready, in_work, jumped;
  long state[40];
};
#define words ((struct words *) WORDS)

/* setjmp and longjmp, not traced themselves. */
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

NOINLINE long leaf(long a, long b) { return a * 3 + b; }
NOINLINE long nothing(long a, long b) { __asm__ volatile(""); return a + b; }
RECURSIVE long deep(long n, long b) {
  if (n == 0) return b;
  long r = deep(n - 1, b + 1);
  __asm__ volatile("");
  return r + 1;
}

static void install(int number, void (*handler)(int), int flags, struct sigaction *before) {
  struct sigaction action;
  LIBC(sigemptyset)(&action.sa_mask);
  action.sa_handler = handler;
  action.sa_flags = flags;
  LIBC(sigaction)(number, &action, before);
}

/* errno, before and behind a call. */
long t_errno(long value, long unused) {
  *LIBC(__errno_location)() = (int) value;
  nothing(1, 2);
  return *LIBC(__errno_location)();
}

/* Blocks or unblocks SIGTRAP in the calling thread. */
long t_mask(long on, long unused) {
  sigset_t set;
  LIBC(sigemptyset)(&set);
  LIBC(sigaddset)(&set, SIGTRAP);
  return LIBC(pthread_sigmask)(on ? SIG_BLOCK : SIG_UNBLOCK, &set, 0);
}

/* A handler on an alternate stack: mapped, or inside the frame of a caller, above those that follow. */
NOINLINE void calls_leaf(int number) { leaf(number, number); }
NOINLINE long raiser(long a, long b) { LIBC(raise)(SIGUSR1); return nothing(a, b); }
static inline __attribute__((always_inline)) long with_alternate(void *alternate, long bytes, long a, long b, void (*handler)(int)) {
  stack_t here, before;
  struct sigaction old;
  here.ss_sp = alternate;
  here.ss_flags = 0;
  here.ss_size = (unsigned long) bytes;
  LIBC(sigaltstack)(&here, &before);
  install(SIGUSR1, handler, SA_ONSTACK, &old);
  long r = raiser(a, b);
  LIBC(sigaction)(SIGUSR1, &old, 0);
  LIBC(sigaltstack)(&before, 0);
  return r;
}
long t_alternate(long a, long b) {
  void *stack = LIBC(mmap)(0, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  long r = with_alternate(stack, STACK_BYTES, a, b, calls_leaf);
  LIBC(munmap)(stack, STACK_BYTES);
  return r;
}
long t_alternate_inside(long a, long b) {
  char stack[65536];
  __asm__ volatile("" : : "r"(stack) : "memory");
  return with_alternate(stack, sizeof stack, a, b, calls_leaf);
}

/* A coroutine that is left in the middle of a function, and entered again. */
struct coroutine {
  ucontext_t caller, own;
  void *stack;
  long value;
};
NOINLINE long inner(struct coroutine *c) {
  c->value++;
  LIBC(swapcontext)(&c->own, &c->caller);
  c->value += 10;
  return c->value;
}
static void run_coroutine(int low, int high) {
  struct coroutine *c = (struct coroutine *) ((unsigned long) (unsigned) high << 32 | (unsigned) low);
  inner(c);
  c->value += 100;
  LIBC(swapcontext)(&c->own, &c->caller);
}
NOINLINE long outer(struct coroutine *c) {
  LIBC(swapcontext)(&c->caller, &c->own);
  leaf(1, 2);
  c->value += 1000;
  return c->value;
}
long t_coroutine(long times, long ends) {
  long sum = 0;
  struct coroutine *c = LIBC(calloc)(1, sizeof *c);
  for (long i = 0; i < times; i++) {
    c->value = 0;
    c->stack = LIBC(mmap)(0, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    LIBC(getcontext)(&c->own);
    c->own.uc_stack.ss_sp = c->stack;
    c->own.uc_stack.ss_size = STACK_BYTES;
    c->own.uc_link = &c->caller;
    LIBC(makecontext)(&c->own, (void (*)(void)) run_coroutine, 2, (int) (long) c, (int) ((long) c >> 32));
    outer(c);
    if (ends) LIBC(swapcontext)(&c->caller, &c->own);
    sum += c->value;
    LIBC(munmap)(c->stack, STACK_BYTES);
  }
  LIBC(free)(c);
  return sum;
}

/* Functions that are left by longjmp: always from one place, half of the times, from many depths. */
NOINLINE void thrower(void) { words->jumped++; back(words->state); }
NOINLINE long maybe(long i) {
  words->jumped++;
  if (i & 1) back(words->state);
  return i;
}
RECURSIVE long dive(long n) {
  words->jumped++;
  if (n == 0) back(words->state);
  return dive(n - 1) + 1;
}
long t_jump(long n, long unused) {
  volatile long i = 0;
  words->jumped = 0;
  while (i < n) {
    i++;
    if (!save(words->state)) thrower();
    leaf(i, 1);
  }
  return words->jumped;
}
long t_maybe(long n, long unused) {
  volatile long i = 0;
  words->jumped = 0;
  while (i < n) {
    i++;
    if (!save(words->state)) maybe(i);
  }
  return words->jumped;
}
long t_dive(long n, long depth) {
  volatile long i = 0;
  words->jumped = 0;
  while (i < n) {
    i++;
    if (!save(words->state)) dive(i % depth);
    leaf(i, 1);
  }
  return words->jumped;
}

/* A thread that is left by longjmp and ends, if it is to. */
long t_once(long jumps, long unused) {
  if (!save(words->state)) maybe(jumps);
  return 7;
}

/* A handler that leaves what it interrupted, on the same stack or on an alternate one. */
NOINLINE void jumps_back(int number) {
  sigset_t set;
  leaf(number, 1);
  if (!words->in_work) return;
  words->in_work = 0;
  words->jumped++;
  LIBC(sigemptyset)(&set);
  LIBC(sigaddset)(&set, SIGUSR1);
  LIBC(pthread_sigmask)(SIG_UNBLOCK, &set, 0);
  back(words->state);
}
NOINLINE long work(long n, long b) {
  long sum = 0;
  for (long i = 0; i < n; i++) sum += leaf(i, b);
  return sum;
}
long t_siglongjmp(long alternate, long unused) {
  stack_t here, before;
  struct sigaction old;
  here.ss_size = STACK_BYTES;
  here.ss_sp = LIBC(mmap)(0, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  here.ss_flags = 0;
  if (alternate) LIBC(sigaltstack)(&here, &before);
  install(SIGUSR1, jumps_back, alternate ? SA_ONSTACK : 0, &old);
  words->jumped = 0;
  words->ready = (long) LIBC(pthread_self)();
  volatile long n = 0;
  while (!words->stop) {
    if (!save(words->state)) {
      words->in_work = 1;
      work(2000, n);
      words->in_work = 0;
    }
    n++;
  }
  words->ready = 0;
  install(SIGUSR1, SIG_IGN, 0, 0);
  LIBC(usleep)(20000);
  LIBC(sigaction)(SIGUSR1, &old, 0);
  if (alternate) LIBC(sigaltstack)(&before, 0);
  LIBC(munmap)(here.ss_sp, STACK_BYTES);
  return words->jumped;
}

/* A storm of signals, whose handler does what is probed and traced. */
long t_storm(long unused, long unused2) {
  struct sigaction old;
  long bad = 0, n = 0;
  install(SIGUSR1, calls_leaf, SA_RESTART, &old);
  words->ready = (long) LIBC(pthread_self)();
  while (!words->stop) {
    for (int i = 0; i < 50; i++) {
      n++;
      if (deep(i, 0) != 2 * i) bad++;
      if (leaf(n, i) != 3 * n + i) bad++;
    }
  }
  words->ready = 0;
  install(SIGUSR1, SIG_IGN, 0, 0);
  LIBC(usleep)(20000);
  LIBC(sigaction)(SIGUSR1, &old, 0);
  return bad;
}
/* Sends up to n signals to a thread while it is ready. */
long t_send(long n, long pause) {
  long sent = 0;
  while (sent < n && words->ready) {
    LIBC(pthread_kill)((pthread_t) words->ready, SIGUSR1);
    sent++;
    for (volatile long i = 0; i < pause; i++);
  }
  return sent;
}
/* The thread itself is to be interrupted, whatever it does. */
long t_install(long on, long unused) {
  install(SIGUSR1, on ? calls_leaf : SIG_IGN, SA_RESTART, 0);
  words->ready = on ? (long) LIBC(pthread_self)() : 0;
  return 0;
}

/* A thread that Java does not know. */
NOINLINE long spin(long unused) {
  long n = 0;
  while (!words->stop) n = leaf(n & 0xffff, 1);
  return n;
}
static void *run_thread(void *unused) {
  words->ready = 1;
  return (void *) spin(0);
}
long t_thread(long unused, long unused2) {
  pthread_t *thread = LIBC(malloc)(sizeof *thread);
  LIBC(pthread_create)(thread, 0, run_thread, 0);
  return (long) thread;
}
long t_join(long thread, long unused) {
  long r = LIBC(pthread_join)(*(pthread_t *) thread, 0);
  LIBC(free)((void *) thread);
  return r;
}

/* A child that runs the same code, in a process of its own. */
NOINLINE long forks(long a, long b) {
  int child = LIBC(fork)();
  leaf(a, b);
  return child;
}
long t_fork(long n, long through) {
  int status = 0;
  int child = through ? (int) forks(n, n) : LIBC(fork)();
  if (child == 0) {
    long bad = 0;
    for (long i = 0; i < n; i++) bad += leaf(i, 1) != 3 * i + 1 || deep(i % 20, 0) != 2 * (i % 20);
    LIBC(_exit)(bad == 0 ? 33 : 34);
  }
  if (LIBC(waitpid)(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1000 - WTERMSIG(status);
}
