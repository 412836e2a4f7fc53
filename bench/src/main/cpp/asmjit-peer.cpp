// Replays a trace of allocations on AsmJit's JitAllocator and prints what it took, a line for each figure.
//
//   asmjit-peer TRACE THREADS OPTIONS WRITE WARMUPS
//
// OPTIONS are the bits of JitAllocatorOptions, WRITE is 0 or 1: whether each allocation is filled with bytes.
// Deals, keeps and times as Script.java and Replay.java do. The trace was checked by TraceReader.java.
#include <asmjit/core.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

struct Step {
  uint32_t slot;
  uint32_t bytes;  // 0 for a free
};

struct Held {
  void* code = nullptr;
  uint32_t bytes = 0;
};

struct Script {
  std::vector<Step> steps;
  std::vector<Held> held;
  size_t start = 0;
  double nanos = 0;
  double cpuNanos = 0;

  std::unordered_map<uint32_t, uint32_t> slotOf;
  std::vector<uint32_t> freeSlots;

  void allocate(uint32_t id, uint32_t bytes) {
    uint32_t slot;
    if (freeSlots.empty()) {
      slot = uint32_t(held.size());
      held.emplace_back();
    } else {
      slot = freeSlots.back();
      freeSlots.pop_back();
    }
    slotOf[id] = slot;
    steps.push_back({slot, bytes});
  }

  void free(uint32_t id) {
    auto at = slotOf.find(id);
    steps.push_back({at->second, 0});
    freeSlots.push_back(at->second);
    slotOf.erase(at);
  }
};

[[noreturn]] void die(const std::string& what) {
  fprintf(stderr, "asmjit-peer: %s\n", what.c_str());
  exit(1);
}

uint32_t number(const char*& at) {
  uint32_t value = 0;
  for (at++; *at >= '0' && *at <= '9'; at++) value = value * 10 + uint32_t(*at - '0');
  return value;
}

size_t deal(const char* file, std::vector<Script>& scripts) {
  FILE* in = fopen(file, "rb");
  if (!in) die(std::string("cannot read ") + file);
  std::string text;
  std::vector<char> buffer(1 << 20);
  for (size_t n; (n = fread(buffer.data(), 1, buffer.size(), in)) > 0;) text.append(buffer.data(), n);
  fclose(in);
  size_t steady = 0;
  for (const char* at = text.c_str(); *at;) {
    bool isAllocation = *at++ == 'A';
    uint32_t id = number(at);
    Script& script = scripts[id % scripts.size()];
    if (!isAllocation && steady == 0)
      for (Script& each : scripts) each.start = each.steps.size();
    if (isAllocation)
      script.allocate(id, number(at));
    else
      script.free(id);
    if (!isAllocation || steady > 0) steady++;
    if (*at == '\n') at++;
  }
  return steady / 2;
}

class Pass {
 public:
  Pass(asmjit::JitAllocator& allocator, std::vector<Script>& scripts, bool write)
      : allocator_(allocator), scripts_(scripts), write_(write) {}

  void run() {
    std::vector<std::thread> threads;
    for (Script& script : scripts_) threads.emplace_back([this, &script] { replay(script); });
    for (std::thread& thread : threads) thread.join();
  }

  void freeAll() {
    for (Script& script : scripts_)
      for (Held& held : script.held)
        if (held.code) release(held);
  }

 private:
  void replay(Script& script) {
    steps(script, 0, script.start);
    arrived_++;
    while (arrived_ < scripts_.size()) std::this_thread::yield();
    double cpuBefore = cpuNanos();
    auto before = std::chrono::steady_clock::now();
    steps(script, script.start, script.steps.size());
    script.nanos = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - before).count();
    script.cpuNanos = cpuNanos() - cpuBefore;
  }

  static double cpuNanos() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e9 + double(time.tv_nsec);
  }

  void steps(Script& script, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
      Held& held = script.held[script.steps[i].slot];
      if (script.steps[i].bytes)
        allocate(held, script.steps[i].bytes);
      else
        release(held);
    }
  }

  void allocate(Held& held, uint32_t bytes) {
    void* rw;
    if (allocator_.alloc(&held.code, &rw, bytes)) die("cannot allocate " + std::to_string(bytes) + " bytes");
    held.bytes = bytes;
    if (write_) memset(rw, 0x90, bytes);
  }

  void release(Held& held) {
    if (allocator_.release(held.code)) die("cannot free");
    held = Held();
  }

  asmjit::JitAllocator& allocator_;
  std::vector<Script>& scripts_;
  bool write_;
  std::atomic<size_t> arrived_{0};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) die("usage: asmjit-peer TRACE THREADS OPTIONS WRITE WARMUPS");
  std::vector<Script> scripts(strtoul(argv[2], nullptr, 10));
  asmjit::JitAllocator::CreateParams params;
  params.options = asmjit::JitAllocatorOptions(strtoul(argv[3], nullptr, 10));
  bool write = strtoul(argv[4], nullptr, 10) != 0;
  unsigned long warmUps = strtoul(argv[5], nullptr, 10);

  size_t operations = deal(argv[1], scripts);
  for (unsigned long i = 0; i < warmUps; i++) {
    // A new one each time: on one that was used before it is slower and reserves more.
    asmjit::JitAllocator warm(&params);
    Pass pass(warm, scripts, write);
    pass.run();
    pass.freeAll();
  }
  asmjit::JitAllocator allocator(&params);
  Pass pass(allocator, scripts, write);
  pass.run();

  double slowest = 0;
  double cpu = 0;
  unsigned long long live = 0;
  for (Script& script : scripts) {
    slowest = slowest < script.nanos ? script.nanos : slowest;
    cpu += script.cpuNanos;
    for (Held& held : script.held) live += held.bytes;
  }
  auto statistics = allocator.statistics();
  printf("ns_per_op %.2f\n", slowest / (double(operations) / double(scripts.size())));
  printf("cpu_ns_per_op %.2f\n", cpu / double(operations));
  printf("live_bytes %llu\n", live);
  printf("used_bytes %llu\n", (unsigned long long)statistics.usedSize());
  printf("reserved_bytes %llu\n", (unsigned long long)statistics.reservedSize());
  printf("blocks %llu\n", (unsigned long long)statistics.blockCount());
}
