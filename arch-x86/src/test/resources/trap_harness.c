// Runs an emitted trap handler under real signals. Arguments: handler file, case file. See TrapHandlerTest.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define TABLE 0x10000000ul
#define TEXT 0x20000000ul
#define TEXT_BYTES 0x10000
#define OUTSIDE 0x28000000ul
#define HANDLER 0x30000000ul
#define SLOT 64

struct record { uint64_t address; uint64_t data[3]; };
struct table { uint64_t generation, count, previous, carried, active; struct record records[100]; };
struct testcase { uint32_t code_bytes, site, instruction_bytes, flags; uint64_t record[3]; uint8_t code[SLOT]; };

_Static_assert(offsetof(ucontext_t, uc_mcontext.gregs[REG_RSP]) == 160, "RSP");
_Static_assert(offsetof(ucontext_t, uc_mcontext.gregs[REG_RIP]) == 168, "RIP");
_Static_assert(offsetof(ucontext_t, uc_mcontext.gregs[REG_EFL]) == 176, "EFL");
_Static_assert(offsetof(siginfo_t, si_code) == 8, "si_code");
_Static_assert(offsetof(struct table, records) == 40, "table");

static volatile struct table *const table = (struct table *) TABLE;
static uint8_t *const text = (uint8_t *) TEXT;
static struct testcase cases[1000];
static int case_count;

#define CHECK(c, ...) do { if (!(c)) { printf("FAILED %s:%d %s: ", __FILE__, __LINE__, #c); printf(__VA_ARGS__); puts(""); exit(1); } } while (0)

static void *map(uint64_t at, size_t bytes) {
  void *p = mmap((void *) at, bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  CHECK(p == (void *) at, "mmap 0x%lx: %s", at, strerror(errno));
  return p;
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = (void *) HANDLER, .sa_flags = SA_SIGINFO};
  CHECK(sigaction(SIGTRAP, &action, NULL) == 0, "sigaction");
}

static uint64_t call(uint64_t a) { return ((uint64_t (*)(uint64_t)) TEXT)(a); }

static void set_table(const uint64_t *record, uint64_t address, int before, int after) {
  table->generation++;
  __sync_synchronize();
  int n = 0;
  for (int i = before; i > 0; i--) {
    table->records[n].address = address - i;
    for (int j = 0; j < 3; j++) table->records[n].data[j] = 2;
    n++;
  }
  if (record) {
    table->records[n].address = address;
    for (int j = 0; j < 3; j++) table->records[n].data[j] = record[j];
    n++;
  }
  for (int i = 1; i <= after; i++) {
    table->records[n].address = address + i;
    for (int j = 0; j < 3; j++) table->records[n].data[j] = 2;
    n++;
  }
  table->count = n;
  __sync_synchronize();
  table->generation++;
}

static void load(const struct testcase *c) { memset(text, 0xcc, SLOT); memcpy(text, c->code, c->code_bytes); }

// Each instruction, under each state of the flags: what the processor does is what the handler does.
static void emulates(void) {
  install();
  for (int i = 0; i < case_count; i++) {
    const struct testcase *c = &cases[i];
    for (int flags = 0; flags < 32; flags++) {
      uint64_t arg = (flags & 1) | (flags & 2) << 1 | (flags & 4) << 4 | (flags & 8) << 4 | (flags & 16) << 7 | 0x202;
      load(c);
      uint64_t expected = call(arg);
      text[c->site] = 0xcc;
      set_table(c->record, TEXT + c->site, flags % 7, flags % 5);
      uint64_t carried = table->carried;
      uint64_t got = call(arg);
      CHECK(got == expected, "case %d flags 0x%lx: 0x%lx, not 0x%lx", i, arg, got, expected);
      CHECK(table->carried == carried + 1, "case %d carried %ld", i, table->carried - carried);
    }
  }
  printf("emulated %d instructions\n", case_count);
}

static volatile sig_atomic_t foreign_signal, foreign_code;
static uint64_t foreign_ip;
static void foreign(int signal, siginfo_t *info, void *context) {
  foreign_signal = signal;
  foreign_code = info->si_code;
  foreign_ip = ((ucontext_t *) context)->uc_mcontext.gregs[REG_RIP];
}

static void expect_foreign(uint64_t ip, const char *what) {
  CHECK(foreign_signal == SIGTRAP, "%s: signal %d", what, foreign_signal);
  CHECK(ip == 0 || (foreign_ip == ip && foreign_code > 0), "%s: ip 0x%lx code %d", what, foreign_ip, foreign_code);
  foreign_signal = 0;
}

static const uint8_t int3_ret[] = {0x90, 0xcc, 0xc3};

static void chains(void) {
  install();
  table->previous = (uint64_t) foreign;
  uint64_t wait[3] = {0};
  for (int n = 0; n < 6; n++) {
    memcpy(text, int3_ret, 3);
    set_table(NULL, TEXT + 1, 0, n);
    call(0);
    expect_foreign(TEXT + 2, "int3 in text");
    set_table(wait, TEXT + 40, n, 0);
    call(0);
    expect_foreign(TEXT + 2, "int3 before the records");
  }
  memcpy(map(OUTSIDE, 4096), int3_ret, 3);
  ((void (*)(void)) OUTSIDE)();
  expect_foreign(OUTSIDE + 2, "int3 outside");
  raise(SIGTRAP);
  expect_foreign(0, "raise");
  CHECK(table->carried == 0, "carried");
}

static int child(int trap) {
  pid_t pid = fork();
  if (pid == 0) {
    alarm(20);
    if (trap) call(0); else raise(SIGTRAP);
    _exit(7);
  }
  int status;
  CHECK(waitpid(pid, &status, 0) == pid, "waitpid");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void ends(void) {
  install();
  memcpy(text, int3_ret, 3);
  table->previous = 0;
  CHECK(child(1) == 128 + SIGTRAP, "default, int3");
  CHECK(child(0) == 128 + SIGTRAP, "default, raise");
  table->previous = 1;
  CHECK(child(1) == 128 + SIGTRAP, "ignored, int3");
  CHECK(child(0) == 7, "ignored, raise");
}

// Called as a function with a made-up context: what depends on timing under real signals.
static void resumes(void) {
  void (*handler)(int, siginfo_t *, void *) = (void *) HANDLER;
  siginfo_t info = {.si_code = SI_KERNEL};
  ucontext_t context = {0};
  greg_t *ip = &context.uc_mcontext.gregs[REG_RIP];
  table->previous = (uint64_t) foreign;
  text[8] = 0x90;
  *ip = TEXT + 9;
  handler(SIGTRAP, &info, &context);
  CHECK(*ip == TEXT + 8, "gone: 0x%llx", *ip);
  text[8] = 0xcc;
  *ip = TEXT + 9;
  table->generation = 1;
  handler(SIGTRAP, &info, &context);
  CHECK(*ip == TEXT + 8, "changing: 0x%llx", *ip);
  CHECK(foreign_signal == 0, "chained");
  table->generation = 2;
  *ip = TEXT + 9;
  handler(SIGTRAP, &info, &context);
  CHECK(*ip == TEXT + 9, "a stranger's: 0x%llx", *ip);
  expect_foreign(TEXT + 9, "direct");
  uint64_t wait[3] = {0};
  set_table(wait, TEXT + 8, 1, 1);
  handler(SIGTRAP, &info, &context);
  CHECK(*ip == TEXT + 8, "wait: 0x%llx", *ip);
  CHECK(table->carried == 0, "carried");
}

static volatile int stop;
static void *runner(void *arg) {
  uint64_t *seen = arg;
  while (!stop) {
    uint64_t got = call(0x202);
    CHECK(got >= 1 && got <= 4, "a mixture: 0x%lx", got);
    seen[got]++;
  }
  return NULL;
}

// The table changes all the time; the site's record moves, but is always there when the generation is even.
static void table_changes(void) {
  install();
  uint64_t seen[8] = {0};
  load(&cases[0]);
  text[cases[0].site] = 0xcc;
  set_table(cases[0].record, TEXT + cases[0].site, 0, 0);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, runner, seen) == 0, "thread");
  for (int i = 0; i < 300000 || seen[1] < 1000; i++) set_table(cases[0].record, TEXT + cases[0].site, i % 41, i % 37);
  stop = 1;
  pthread_join(thread, NULL);
  printf("carried %ld calls over a changing table\n", (long) seen[1]);
}

static void sync_core(void) { CHECK(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) == 0, "membarrier"); }

// Pokes a site that another thread runs: each call gives what one of the instructions gives.
static void pokes(void) {
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0) != 0) {
    puts("no membarrier: pokes not run");
    exit(77);
  }
  install();
  uint64_t seen[8] = {0};
  load(&cases[0]);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, runner, seen) == 0, "thread");
  for (int i = 1; i <= 40000 || !seen[1] || !seen[2] || !seen[3] || !seen[4]; i++) {
    const struct testcase *c = &cases[i % case_count];
    volatile uint8_t *site = text + c->site;
    const uint8_t *instruction = c->code + c->site;
    set_table(c->record, (uint64_t) site, i % 3, i % 2);
    *site = 0xcc;
    sync_core();
    for (int j = 1; j < c->instruction_bytes; j++) site[j] = instruction[j];
    sync_core();
    *site = instruction[0];
    sync_core();
    set_table(NULL, 0, 0, 0);
  }
  stop = 1;
  pthread_join(thread, NULL);
  printf("results %lu %lu %lu %lu, carried %lu\n", seen[1], seen[2], seen[3], seen[4], table->carried);
}

int main(int argc, char **argv) {
  map(TABLE, 0x1000);
  table->active = TABLE;
  map(TEXT, TEXT_BYTES);
  FILE *file = fopen(argv[2], "rb");
  CHECK(file && fread(map(HANDLER, 4096), 1, 4096, file) > 100, "handler");
  fclose(file);
  if (argc > 3) {
    file = fopen(argv[3], "rb");
    case_count = fread(cases, sizeof *cases, 1000, file);
    fclose(file);
    CHECK(case_count > 0, "cases");
  }
  char *what = argv[1];
  if (!strcmp(what, "emulates")) emulates();
  else if (!strcmp(what, "chains")) chains();
  else if (!strcmp(what, "ends")) ends();
  else if (!strcmp(what, "resumes")) resumes();
  else if (!strcmp(what, "table_changes")) table_changes();
  else if (!strcmp(what, "pokes")) pokes();
  else CHECK(0, "scenario %s", what);
  puts("ok");
  return 0;
}
