# Sourced by ./jitalloc: `bench NAME`, the benchmarks. Built apart from what everyone needs.

bench_usage() {
  cat <<'USAGE'
usage: ./jitalloc bench NAME [ARGUMENTS]

  alloc TRACE            a trace of allocations and frees, side by side with AsmJit's JitAllocator
  trace KIND OUT         write such a trace
  grow                   cost of an operation with 1,000 to 1,000,000 allocations live
  creep                  what is reserved for what is in use over 50 million operations
  bpf                    BPF: instructions for one, by architecture; speed against gcc and the interpreter
  calls                  calls of 10,000 functions: packed on huge pages, on small ones, one a page
  ftrace                 what a traced call costs; switching 50,000 sites, knowing 1,000,000
  kprobes                what a probe that is hit costs; arming 10,000
  guard                  calls that keep the code alive against bare downcalls
  modules DIR            all kernel modules of a folder, side by side with LLVM's JIT linker
  jmh [REGEX]            single calls, by JMH: allocate and free, find, call, poke

  NAME --help            say more about one of them

JITALLOC_BENCH_FLAGS     more flags for the JVM, such as -XX:+UseG1GC (default: -XX:+UseParallelGC)
USAGE
}

bench_usage_of() {
  case $1 in
    alloc) cat <<'USAGE'
usage: ./jitalloc bench alloc TRACE [--threads N] [--write] [--runs K] [--no-peer]

Replays a trace of allocations and frees on the allocator of a JVM and, by turns, on AsmJit's
JitAllocator in a process of its own (dual mapping, multiple pools; compiled at the first use, needs
g++ and libasmjit-dev; without them the peer's figures are null). An operation is one free and one
allocation in the steady state, after the trace's first allocations; with threads it is the time of
the slowest one for each of its own. Ids are dealt to threads by id % N.

  --threads N            threads that share the trace's work on either side (default 1)
  --write                fill every allocation with bytes, on either side; then the peer runs also
                         with kFillUnusedMemory, for the allocator here always fills what is freed
  --runs K               measured runs of either side, by turns (default 5); times are medians
  --no-peer              this side alone

Prints tables, and as the last line one JSON object: ns_per_op, peer_ns_per_op, used_bytes (live and
what rounding costs), live_bytes (asked for and live at the end), reserved_bytes (the sum of the
slabs), peer_reserved_bytes, memory_mode and more. Wrong input: one line on standard error, exit 2.

A line of a trace is `A id bytes` (allocate) or `F id` (free); ./jitalloc bench trace writes some.
USAGE
      ;;
    trace) cat <<'USAGE'
usage: ./jitalloc bench trace KIND OUT [--seed S] [--live N] [--operations N]

Writes a trace: LIVE allocations, then OPERATIONS times the free of any of them and another
allocation. The same arguments give the same trace.

  jit                    small code, log-normal around 330 B, 16 B to 64 KiB; 20,000 live, 1,000,000
  mod                    sections of modules, around 11 KB, 64 B to 2 MiB; 2,000 live, 200,000
  grow                   sizes as of jit; 100,000 live unless told, 1,000,000 operations
USAGE
      ;;
    grow) cat <<'USAGE'
usage: ./jitalloc bench grow [--operations N] [--runs K] [--most LIVE] [--no-peer]

What an operation, a free and an allocation, costs with 1,000, 10,000, 100,000 and 1,000,000
allocations live, on this side and on the peer's: traces of kind grow, as bench alloc replays them.
Ends with a JSON line.

  --operations N         operations of each trace (default 1,000,000)
  --runs K               measured runs of either side (default 3); times are medians
  --most LIVE            how far to go (default 1,000,000)
USAGE
      ;;
    creep) cat <<'USAGE'
usage: ./jitalloc bench creep [--operations N] [--seed S] [--svg FILE] [--csv FILE]

Random frees and allocations in ten rounds of five phases, each with a mix of sizes and a number of
live allocations of its own: small code; tiny pieces and code; sections of modules and pages; all of
them; pages. Shows what is reserved for each byte in use: a table with a row a round, and the whole
curve as a drawing or as figures. Ends with a JSON line; `creep` is the mean
of the last round by that of the second, 1 if nothing crept (the first starts with nothing).

  --operations N         frees and allocations (default 50,000,000)
  --svg FILE             draw the curve
  --csv FILE             write the curve's samples
USAGE
      ;;
    bpf) cat <<'USAGE'
usage: ./jitalloc bench bpf [--runs K] [--millis M]

How many instructions (and bytes) each architecture's code generator makes of one BPF instruction,
entry, exits and checks included: over the programs of the test vectors, and over those of
bench/src/main/bpf. Then the latter are run here: as machine code without and with checks of memory
accesses, interpreted, and compiled by gcc -O2 (needs gcc and objdump). How many times gcc's time is
that of the program alone: without what a call of the empty program costs on either side.

  --runs K               rounds of calls (default 11); times are medians
  --millis M             how long a round takes (default 30)
USAGE
      ;;
    calls) cat <<'USAGE'
usage: ./jitalloc bench calls [--functions N] [--bytes B] [--runs K]

Calls small functions that return constants in random order from a loop of machine code (x86-64),
where they are packed on 2 MiB pages, packed on 4 KiB pages, or have a 4 KiB page each. The memory
mode holds for a process, so each layout has processes of its own, by turns.

  --functions N          how many functions (default 10,000)
  --bytes B              how large each is (default: 64, and again with 330)
  --runs K               processes for each layout (default 3); times are medians
USAGE
      ;;
    ftrace) cat <<'USAGE'
usage: ./jitalloc bench ftrace [--sites N] [--records N] [--runs K]

What a call costs without a call site, with one that is not enabled, and with tracers (x86-64; the
loop of calls is machine code, so nothing of Java is in it but in java callback). Then what it takes
to enable and disable N sites (default 50,000) in one batch, against opening and closing the page of
each by mprotect, with nothing written; and to make N records known (default 1,000,000), their
tables in descending order, in one text and in a thousand. Medians of K runs (default 9); of calls it is
processor time.
USAGE
      ;;
    kprobes) cat <<'USAGE'
usage: ./jitalloc bench kprobes [--probes N] [--runs K]

What a call costs (x86-64; the loop of calls is machine code) of a function that was never probed, that
is not probed any more, and whose entry is: by a jump to a counter, by one to a handler in Java, or by
a breakpoint; and of one whose returns are. Then what it takes to arm N probes (default 10,000) and to
take them away, in one batch and one by one. Processor time of the thread; medians of K runs (default
9; arming one by one is done once). Ends with a JSON line.
USAGE
      ;;
    guard) cat <<'USAGE'
usage: ./jitalloc bench guard

What a call of generated code from Java costs by JitMemory.function(), which keeps the code alive,
against a bare downcall, which does not; by one thread and by two. Measured by JMH (x86-64).
USAGE
      ;;
    modules) cat <<'USAGE'
usage: ./jitalloc bench modules DIR [--runs K] [--threads N] [--no-peer]

Loads all kernel modules (*.ko, amd64) below DIR into an image, in a JVM of its own, and by turns has
llvm-jitlink-19 (Debian's llvm-19) link them in a process of its own, which has one thread. Symbols
that nobody defines are made up on either side. Shows wall time and processor time from the start of
either process to its end, the JVM's start included and named apart. Two runs before, which are not
timed, make the JVM's cache of classes and say what is in memory for the modules: the heap also holds
the memory of the image. Ends with a JSON line; without the peer its figures are null.

  --runs K               runs of either side (default 3); times are medians
  --threads N            threads that load modules here (default: one a processor)
  --no-peer              this side alone
USAGE
      ;;
    jmh) cat <<'USAGE'
usage: ./jitalloc bench jmh [REGEX] [JMH OPTIONS]

Runs the benchmarks of single calls whose names match, with JMH; `-l` lists them, `-h` shows JMH's
options. AllocateFree: an allocation, published and freed. Find: whose code is at an address, with
1,000,000 live while another thread allocates and frees. FunctionCall: see bench guard. PokeBatch: 1,
16 and 256 places of live code change at a time.
USAGE
      ;;
    *) return 1 ;;
  esac
}

bench_misuse() { echo "jitalloc: $1; see ./jitalloc bench --help" >&2; exit 2; }

bench() {
  local name=${1:-}
  case $name in
    '') bench_misuse "bench needs the name of a benchmark" ;;
    -h | --help | help) bench_usage; return ;;
  esac
  shift
  local word
  for word; do
    if [ "$word" = --help ] || { [ "$word" = -h ] && [ "$name" != jmh ]; }; then
      bench_usage_of "$name" && return
    fi
  done
  bench_usage_of "$name" >/dev/null || bench_misuse "there is no benchmark $name"
  home=$root/bench/target/jitalloc-bench
  module=bench
  parts=(pom.xml api alloc-core arch-* consumers/support consumers/bpf consumers/ftrace consumers/kprobes consumers/modules bench)
  build
  # What throughput is measured with: a collector that stops the world with all processors and costs least in between, and a heap whose
  # pages are there, as in a process that has run for a while.
  flags=(-XX:+UseParallelGC -Xms1g -Xmx4g -XX:+AlwaysPreTouch -XX:-UsePerfData)
  local more
  read -ra more <<<"${JITALLOC_BENCH_FLAGS:-}"
  [ ${#more[@]} -eq 0 ] || flags=("${more[@]}")
  start_java "$(join "$home"/*.jar)" org.jitalloc.bench.Main "$root/bench" "$name" "$@"
}
