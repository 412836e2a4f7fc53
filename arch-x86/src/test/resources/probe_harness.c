// Functions of many kinds, and what probes them one instruction after the other. Argument: the case file. See OutOfLineTest.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define SLOTS 0x0f000000ul // below the program, whose heap begins anywhere in 32 MiB behind it
#define SLOT_BYTES 256
#define INPUTS 8
#define PROBED __attribute__((section("probed"), noinline, noclone, used)) uint64_t
#define ASM __attribute__((section("probed"), noinline, noclone, used, naked)) uint64_t
typedef uint64_t u64;
typedef u64 function(u64, u64);

static u64 state[64];
static volatile u64 total;
static const u64 constants[8] = {3, 5, 7, 11, 13, 17, 19, 23};
static __thread u64 per_thread = 42;

PROBED p_add(u64 a, u64 b) { return a + 3 * b + constants[a & 7]; }
PROBED p_sub(u64 a, u64 b) { return (a << 3) - (b >> 1) + total; }
PROBED p_mul(u64 a, u64 b) { return a * b ^ (u64) ((unsigned __int128) a * b >> 64); }
PROBED p_div(u64 a, u64 b) { return a / (b | 1) + (int64_t) a % (int64_t) (b | 3); }
PROBED p_divide_by_constant(u64 a, u64 b) { return a / 10 + (uint32_t) b % 7; }
PROBED p_bits(u64 a, u64 b) { return __builtin_popcountll(a) + __builtin_clzll(b | 1) + __builtin_ctzll(a | 1) + __builtin_bswap64(b); }
PROBED p_rotate(u64 a, u64 b) { unsigned n = b & 63; return (a << n | a >> (-n & 63)) ^ (uint32_t) ((uint32_t) a << 7 | (uint32_t) a >> 25); }
PROBED p_narrow(u64 a, u64 b) { return (uint8_t) (a + b) + (int16_t) (a * 3) + (int8_t) b; }
PROBED p_compare(u64 a, u64 b) { return a < b ? a : (int64_t) a > (int64_t) b ? b * 2 : a == b ? 7 : 9; }
PROBED p_global(u64 a, u64 b) { total += a; state[a & 63] = b; total ^= state[b & 63]; if (total > 1000) total = 12345678; return total; }
PROBED p_thread_local(u64 a, u64 b) { per_thread += a; u64 r = per_thread; per_thread = 42; return r ^ b; }
PROBED p_loop(u64 a, u64 b) { u64 s = 0; for (u64 i = a & 15; i < 40; i++) s = s * 31 + (i ^ b); return s; }
PROBED p_nested(u64 a, u64 b) {
  u64 m[8][8], s = 0;
  for (int i = 0; i < 8; i++) for (int j = 0; j < 8; j++) m[i][j] = a * i + b * j;
  for (int i = 0; i < 8; i++) for (int j = 0; j < i; j++) s += m[i][j] * m[j][i];
  return s;
}
PROBED p_switch(u64 a, u64 b) {
  switch (a % 12) {
    case 0: return b + 1; case 1: return b * 3; case 2: return b - 9; case 3: return ~b; case 4: return b << 2; case 5: return b >> 3;
    case 6: return b ^ 0x55; case 7: return b % 100; case 8: return b | 1; case 9: return b & 0xff; case 10: return -b; default: return 77;
  }
}
PROBED p_recursive(u64 a, u64 b) { return (a & 15) < 2 ? b : p_recursive((a & 15) - 1, b) + p_recursive((a & 15) - 2, b + 1) % 1000003; }
PROBED p_tail(u64 a, u64 b) { return a & 1 ? p_add(b, a) : p_sub(b, a); }
PROBED p_calls(u64 a, u64 b) { return p_add(a, b) ^ p_mul(b, a) ^ p_compare(a, p_narrow(b, a)); }
static function *const table[] = {p_add, p_sub, p_mul, p_compare};
static function *pointer = p_add;
PROBED p_through_table(u64 a, u64 b) { return table[a & 3](b, a) + 1; }
PROBED p_through_pointer(u64 a, u64 b) { pointer = table[b & 3]; return pointer(a, b) * 3; }
PROBED p_text(u64 a, u64 b) {
  char text[64];
  int n = snprintf(text, sizeof text, "%lu:%lx", a, b);
  return (u64) n + strtoull(strchr(text, ':') + 1, NULL, 16) + memcmp(text, "12", 2);
}
static int by_value(const void *x, const void *y) { u64 a = *(const u64 *) x, b = *(const u64 *) y; return a < b ? -1 : a > b; }
PROBED p_sort(u64 a, u64 b) {
  u64 v[16];
  for (int i = 0; i < 16; i++) v[i] = (a * (i + 1) ^ b * i) % 997;
  qsort(v, 16, sizeof *v, by_value);
  return v[0] + 3 * v[7] + 5 * v[15];
}
PROBED p_copy(u64 a, u64 b) {
  struct { u64 v[40]; } x, y;
  memset(&x, (int) a, sizeof x); y = x; y.v[b % 40] = a; memmove(&x.v[1], &y.v[0], 20 * sizeof (u64));
  return x.v[3] + y.v[39] + x.v[20];
}
PROBED p_double(u64 a, u64 b) { double x = (double) (a % 1000), y = (double) (b % 999) + 0.5; return (u64) (x * y / 3.25 + (x > y ? x - y : y - x)); }
PROBED p_float(u64 a, u64 b) { float s = 0; for (int i = 0; i < 20; i++) s += (float) (a % 100) * 0.125f - (float) i * (float) (b % 10); return (u64) (int64_t) s; }
PROBED p_long_double(u64 a, u64 b) { long double x = a % 10000, y = b % 77 + 1; return (u64) (x / y + x * 0.5L); }
PROBED p_vector(u64 a, u64 b) { uint32_t v[32]; for (int i = 0; i < 32; i++) v[i] = (uint32_t) (a + i) * (uint32_t) b; uint32_t s = 0; for (int i = 0; i < 32; i++) s += v[i] ^ v[31 - i]; return s; }
__attribute__((target("avx2,fma,bmi2"))) PROBED p_avx2(u64 a, u64 b) { double v[32], s = 0; for (int i = 0; i < 32; i++) v[i] = (double) (a % 64 + i) * (double) (b % 32); for (int i = 0; i < 32; i++) s += v[i] * 2 + 1; return (u64) s + (a << (b & 31)); }
PROBED p_atomic(u64 a, u64 b) { u64 old = __atomic_exchange_n(&state[5], a, __ATOMIC_SEQ_CST); __atomic_add_fetch(&state[5], b, __ATOMIC_SEQ_CST); u64 x = a + b; __atomic_compare_exchange_n(&state[5], &x, old, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); return state[5] + x; }
PROBED p_many_arguments(u64 a, u64 b) { char t[200]; return (u64) sprintf(t, "%lu %lu %lu %lu %lu %lu %lu", a, b, a + b, a - b, a | b, a & b, a ^ b) + (u64) t[9]; }
PROBED p_variable_array(u64 a, u64 b) { u64 n = a % 20 + 1, v[n]; for (u64 i = 0; i < n; i++) v[i] = i * b; return v[n - 1] + v[n / 2]; }
PROBED p_hash(u64 a, u64 b) { u64 h = 14695981039346656037ul; for (int i = 0; i < 16; i++) h = (h ^ (uint8_t) ((i & 1 ? a : b) >> (i * 4 & 63))) * 1099511628211ul; return h; }
PROBED p_crc(u64 a, u64 b) { uint32_t c = (uint32_t) a; for (int i = 0; i < 64; i++) c = c >> 1 ^ (0xedb88320u & -(c & 1)) ^ (uint32_t) (b >> i & 1); return c; }

// What compilers seldom emit. The address that a call pushes has to be that of the original.
ASM a_loop(u64 a, u64 b) { __asm__("mov $13, %ecx\n xor %eax, %eax\n 1: add %rdi, %rax\n rol $3, %rax\n loop 1b\n mov $9, %ecx\n 2: dec %rax\n cmp %rax, %rsi\n loopne 2b\n mov $5, %ecx\n cmp %eax, %eax\n 3: lea 1(%rax), %rax\n loope 3b\n ret"); }
ASM a_rcx_zero(u64 a, u64 b) { __asm__("mov %rdi, %rcx\n and $1, %ecx\n mov $1, %eax\n jrcxz 1f\n add %rsi, %rax\n 1: mov %rsi, %rcx\n and $1, %ecx\n bts $40, %rcx\n jecxz 2f\n inc %rax\n 2: ret"); }
ASM a_call_from_stack(u64 a, u64 b) { __asm__("push %rbx\n lea p_mul(%rip), %rax\n sub $400, %rsp\n mov %rax, (%rsp)\n mov %rax, 16(%rsp)\n mov %rax, 120(%rsp)\n mov %rax, 300(%rsp)\n xor %ebx, %ebx\n call *(%rsp)\n add %rax, %rbx\n call *16(%rsp)\n add %rax, %rbx\n call *120(%rsp)\n add %rax, %rbx\n call *300(%rsp)\n add %rax, %rbx\n mov $2, %ecx\n call *(%rsp,%rcx,8)\n add %rbx, %rax\n mov %rsp, %rbx\n call *16(%rbx)\n call *%cs:120(%rbx)\n add $400, %rsp\n pop %rbx\n ret"); }
ASM a_call_register(u64 a, u64 b) { __asm__("push %r12\n lea p_sub(%rip), %r12\n call *%r12\n mov %rax, %rsi\n lea p_add(%rip), %rax\n call *%rax\n call *pointer_to_code(%rip)\n pop %r12\n jmp *pointer_to_code(%rip)\n .pushsection .data\n pointer_to_code: .quad p_mul\n .popsection"); }
ASM a_where_am_i(u64 a, u64 b) { __asm__("call 1f\n 1: pop %rax\n lea 1b(%rip), %rcx\n sub %rcx, %rax\n add %rdi, %rax\n call 2f\n 3: ret\n 2: lea 3b(%rip), %rcx\n cmp %rcx, (%rsp)\n jne 4f\n inc %rax\n 4: ret"); }
ASM a_return_pops(u64 a, u64 b) { __asm__("push %rdi\n push %rsi\n lea 1f(%rip), %rax\n mov %rsp, %rdx\n push %rax\n ret $16\n 1: lea (%rdx,%rdi), %rax\n sub %rsp, %rax\n ret"); }
ASM a_flags(u64 a, u64 b) { __asm__("mov %rdi, %rax\n and $0x8d5, %eax\n push %rax\n popfq\n setc %al\n adc $0, %rsi\n pushfq\n pop %rdx\n and $0x8d5, %edx\n lahf\n movzwl %ax, %eax\n lea (%rax,%rdx), %rax\n add %rsi, %rax\n cld\n stc\n cmc\n rcl $1, %rax\n ret"); }
ASM a_conditions(u64 a, u64 b) { __asm__("xor %eax, %eax\n cmp %esi, %edi\n jo 1f\n inc %eax\n 1: js 2f\n add $2, %eax\n 2: cmp %sil, %dil\n jp 3f\n add $4, %eax\n 3: cmp %esi, %edi\n jbe 4f\n add $8, %eax\n 4: cmp %esi, %edi\n jle 5f\n add $16, %eax\n 5: cmp %esi, %edi\n {disp32} jge 6f\n add $32, %eax\n 6: ret"); }
ASM a_strings(u64 a, u64 b) { __asm__("mov %rdi, %rax\n sub $256, %rsp\n mov %rsp, %rdi\n mov $32, %ecx\n cld\n rep stosq\n mov %rsp, %rsi\n lea 8(%rsp), %rdi\n mov $40, %ecx\n rep movsb\n lodsq\n mov $20, %ecx\n mov %rsp, %rdi\n repne scasb\n lea (%rax,%rcx), %rax\n add $256, %rsp\n ret"); }
ASM a_frame(u64 a, u64 b) { __asm__("enter $64, $0\n mov %rdi, -8(%rbp)\n push -8(%rbp)\n pop -16(%rbp)\n mov -16(%rbp), %rax\n push %rsp\n pop %rcx\n sub %rsp, %rcx\n add %rcx, %rax\n leave\n ret"); }
ASM a_relative(u64 a, u64 b) { __asm__("cmpl $5, constants+8(%rip)\n sete %al\n movzbl %al, %eax\n addq $-100000, %rax\n mov %rsi, a_relative_data(%rip)\n imul $1000, a_relative_data(%rip), %rcx\n shldq $3, %rcx, a_relative_data(%rip)\n testb $8, a_relative_data(%rip)\n adc a_relative_data(%rip), %rax\n movups a_relative_data(%rip), %xmm0\n pinsrw $2, a_relative_data(%rip), %xmm0\n vaddps a_relative_data(%rip), %xmm0, %xmm1\n movq %xmm1, %rcx\n fs mov 0, %rdx\n cmp %rdx, %fs:0\n setne %dl\n add %rcx, %rax\n movzbl %dl, %edx\n add %rdx, %rax\n ret\n .pushsection .data\n .balign 16\n a_relative_data: .quad 0, 0\n .popsection"); }
ASM a_system_call(u64 a, u64 b) { __asm__("mov $39, %eax\n syscall\n 1: lea 1b(%rip), %rdx\n sub %rdx, %rcx\n lea (%rcx,%rdi), %rax\n ret"); }
ASM a_x87(u64 a, u64 b) { __asm__("and $0xffff, %edi\n push %rdi\n fildl (%rsp)\n fldpi\n fmulp\n fsqrt\n fistpl (%rsp)\n pop %rax\n fninit\n ret"); }

static const u64 inputs[INPUTS][2] = {{0, 0}, {1, 2}, {5, 3}, {10, 7}, {0x123456789abcdef, 77}, {-1, 9}, {1ul << 63, 0xfedcba987654321}, {31, -5}};

struct probe { u64 function, site, slot; uint32_t site_bytes, code_bytes; uint8_t code[SLOT_BYTES]; };
static struct probe now;
static volatile u64 hits;
static u64 index_now;

static void fail(const char *what) {
  char text[128];
  int n = snprintf(text, sizeof text, "FAILED %s: probe %lu at 0x%lx\n", what, index_now, now.site);
  (void) !write(1, text, (size_t) n);
  _exit(1);
}

static void on_trap(int signal, siginfo_t *info, void *context) {
  (void) signal, (void) info;
  greg_t *rip = &((ucontext_t *) context)->uc_mcontext.gregs[REG_RIP];
  if ((u64) *rip != now.site + 1) fail("a trap elsewhere");
  *rip = (greg_t) now.slot;
  hits++;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
  (void) info, (void) context;
  fail(signal == SIGALRM ? "hangs" : "crashed");
}

static u64 run(function *f) {
  u64 sum = 0;
  memset(state, 0, sizeof state);
  total = 17;
  for (int i = 0; i < INPUTS; i++) sum = sum * 1000003 + f(inputs[i][0], inputs[i][1]);
  for (int i = 0; i < 64; i++) sum = sum * 31 + state[i];
  return sum ^ total;
}

static void arm(void) {
  memcpy((void *) now.slot, now.code, now.code_bytes);
  uint8_t *site = (uint8_t *) now.site;
  memset(site, 0xcc, now.site_bytes);
  if (now.site_bytes < 5) return;
  int32_t distance = (int32_t) (now.slot - now.site - 5);
  site[0] = 0xe9;
  memcpy(site + 1, &distance, 4);
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  FILE *cases = fopen(arguments[1], "rb");
  void *slots = mmap((void *) SLOTS, 1 << 20, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  extern char __start_probed[], __stop_probed[];
  u64 from = (u64) __start_probed & ~0xffful;
  if (!cases || slots != (void *) SLOTS || mprotect((void *) from, (u64) __stop_probed - from, PROT_READ | PROT_WRITE | PROT_EXEC)) { perror("set up"); return 2; }
  struct sigaction trap = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO}, fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &trap, NULL);
  int fatal[] = {SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGALRM};
  for (int i = 0; i < 5; i++) sigaction(fatal[i], &fault, NULL);
  u64 probes = 0, hit = 0, traps = 0, expected = 0;
  function *last = NULL;
  for (; fread(&now, sizeof now, 1, cases) == 1; probes++) {
    index_now = probes;
    alarm(20);
    function *f = (function *) now.function;
    if (f != last) expected = run(f);
    last = f;
    uint8_t before[64];
    memcpy(before, (void *) now.site, now.site_bytes);
    hits = 0;
    arm();
    u64 got = run(f);
    memcpy((void *) now.site, before, now.site_bytes);
    if (got != expected) fail("another result");
    traps += hits;
    hit += hits > 0;
  }
  printf("%lu probes, %lu of them hit %lu times\n", probes, hit, traps);
  return 0;
}
