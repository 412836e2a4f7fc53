// Runs compiled BPF programs. Arguments: file of cases, file of results. See BpfHarness.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HELPERS 0x40000000ul
#define CODE 0x41000000ul
#define MEMORY 0x50000000ul
#define STACK 0x60000000ul
#define STACK_BYTES 4096
#define CODE_BYTES 0x100000

struct header { uint32_t code_bytes, memory_bytes; };
struct frame { uint64_t status, result, insn, address, stop, memory_start, memory_limits[4], stack_start, stack_limits[4], stack_top, saved_sp, steps, stack_floor; };
struct outcome { uint64_t r0, status, insn, address, broken; };

static struct frame frame;
static uint64_t misaligned;

#define CHECK(c, what) do { if (!(c)) { perror(what); exit(1); } } while (0)

static void *map(uint64_t at, size_t bytes) {
  void *p = mmap((void *) at, bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  CHECK(p == (void *) at, "mmap");
  return p;
}

// Calls a function with known values in the registers that it has to preserve; counts those it does not.
uint64_t enter(void *function, struct frame *frame, void *memory, uint64_t bytes, uint64_t *broken);
__asm__(
  ".text\nenter:\n"
  "push %rbx\npush %rbp\npush %r12\npush %r13\npush %r14\npush %r15\npush %r8\n"
  "mov %rdi,%rax\nmov %rsi,%rdi\nmov %rdx,%rsi\nmov %rcx,%rdx\n"
  "mov $0x1111,%ebx\nmov $0x2222,%ebp\nmov $0x3333,%r12d\nmov $0x4444,%r13d\nmov $0x5555,%r14d\nmov $0x6666,%r15d\n"
  "mov $-1,%rcx\nmov %rcx,%r8\nmov %rcx,%r9\nmov %rcx,%r10\nmov %rcx,%r11\n"
  "call *%rax\n"
  "pop %r8\n"
  "cmp $0x1111,%rbx\njne 1f\ncmp $0x2222,%rbp\njne 1f\ncmp $0x3333,%r12\njne 1f\n"
  "cmp $0x4444,%r13\njne 1f\ncmp $0x5555,%r14\njne 1f\ncmp $0x6666,%r15\njne 1f\njmp 2f\n"
  "1: incq (%r8)\n"
  "2: pop %r15\npop %r14\npop %r13\npop %r12\npop %rbp\npop %rbx\nret\n");

// What C may do to registers, a helper does.
#define HELPER(name) static uint64_t name(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
#define SPOIL() do { misaligned += ((uint64_t) __builtin_frame_address(0) & 15) != 0; \
  __asm__ volatile("mov $-1,%%rdi\nmov %%rdi,%%rsi\nmov %%rdi,%%rdx\nmov %%rdi,%%rcx\nmov %%rdi,%%r8\nmov %%rdi,%%r9\nmov %%rdi,%%r10\nmov %%rdi,%%r11" \
  ::: "rdi", "rsi", "rdx", "rcx", "r8", "r9", "r10", "r11"); } while (0)

HELPER(gather) { uint64_t r = (a & 255) << 32 | (b & 255) << 24 | (c & 255) << 16 | (d & 255) << 8 | (e & 255); SPOIL(); return r; }
HELPER(memfrob) { for (uint64_t i = 0; i < b; i++) ((uint8_t *) a)[i] ^= 42; SPOIL(); return 0; }
HELPER(nothing) { SPOIL(); return 0; }
HELPER(root) { uint64_t r = 0; while ((r + 1) * (r + 1) <= a) r++; SPOIL(); return r; }
HELPER(compare) { int r = strcmp((char *) a, (char *) b); SPOIL(); return r; }
HELPER(unwind) { if (a == 0) { frame.status = 1; frame.result = 0; } SPOIL(); return a; }
HELPER(end) { frame.status = 1; frame.result = a; SPOIL(); return 77; }
static void *const helpers[] = {gather, memfrob, nothing, root, compare, unwind, end};

static void make_helpers(void) {
  uint8_t *p = map(HELPERS, 4096);
  for (int i = 0; i < (int) (sizeof helpers / sizeof *helpers); i++, p += 16) {
    p[0] = 0x48; p[1] = 0xb8;
    memcpy(p + 2, &helpers[i], 8);
    p[10] = 0xff; p[11] = 0xe0;
  }
}

static void limits(uint64_t *limit, uint64_t bytes) {
  for (int i = 0; i < 4; i++) limit[i] = bytes + 1 < (1u << i) ? 0 : bytes - (1u << i) + 1;
}

static void run(const struct header *h, uint8_t *code, uint8_t *stack, struct outcome *o) {
  memset(&frame, 0, sizeof frame);
  memset(stack, 0, STACK_BYTES);
  frame.memory_start = h->memory_bytes ? MEMORY : 0;
  limits(frame.memory_limits, h->memory_bytes);
  frame.stack_start = STACK;
  limits(frame.stack_limits, STACK_BYTES);
  frame.stack_top = STACK + STACK_BYTES;
  misaligned = 0;
  memset(o, 0, sizeof *o);
  o->r0 = enter(code, &frame, (void *) frame.memory_start, h->memory_bytes, &o->broken);
  o->status = frame.status;
  o->insn = frame.insn;
  o->address = frame.address;
  o->broken += misaligned;
}

int main(int argc, char **argv) {
  FILE *in = fopen(argv[1], "rb"), *out = fopen(argv[2], "wb");
  CHECK(in && out, "files");
  make_helpers();
  uint8_t *code = map(CODE, CODE_BYTES), *memory = map(MEMORY, 0x10000), *stack = map(STACK, STACK_BYTES);
  struct header h;
  while (fread(&h, sizeof h, 1, in) == 1) {
    memset(code, 0xcc, h.code_bytes + 64);
    CHECK(fread(code, 1, h.code_bytes, in) == h.code_bytes, "code");
    CHECK(fread(memory, 1, h.memory_bytes, in) == h.memory_bytes, "memory");
    struct outcome o;
    run(&h, code, stack, &o);
    fwrite(&o, sizeof o, 1, out);
    fwrite(memory, 1, h.memory_bytes, out);
    fwrite(stack, 1, STACK_BYTES, out);
    fflush(out);
  }
  fclose(out);
  return 0;
}
