package org.jitalloc.console.tour;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jitalloc.Allocation;
import org.jitalloc.JitAllocator;
import org.jitalloc.SlabInfo;
import org.jitalloc.Span;
import org.jitalloc.Target;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.console.MemoryModes;
import org.jitalloc.console.command.CommandException;

/**
 * Loads BPF programs, runs one, patches it while it runs, frees all, and prints the results. All
 * numbers are measured in this run. Each invariant is checked; violations are printed at the end
 * and make the tour fail.
 */
final class Tour {
  private static final String CORE = "org.jitalloc.core";
  private static final int PROGRAMS = 500;
  private static final int PATCHES = 100_000;
  private static final int OLD = 1;
  private static final int NEW = 2;
  private static final long SMALL_PAGE = 4096;
  private static final long HUGE_PAGE = 2 << 20;

  private final JitAllocator allocator;
  private final BpfRuntime runtime;
  private final PrintStream out;
  private final byte[] packet =
      "executable memory, the kernel's way".getBytes(StandardCharsets.US_ASCII);
  private final List<String> wrong = new ArrayList<>();

  Tour(JitAllocator allocator, BpfRuntime runtime, PrintStream out) {
    this.allocator = allocator;
    this.runtime = runtime;
    this.out = out;
  }

  void run() throws InterruptedException {
    showTarget();
    var before = Set.copyOf(allocator.allocations());
    var programs = new ArrayList<BpfProgram>();
    try {
      load(programs);
      showPlace(programs.getFirst());
      showResult(programs.getFirst());
      patch(programs.getFirst(), programs.getLast());
      showFree(programs, before);
    } finally {
      programs.forEach(BpfProgram::close);
    }
    say("");
    if (!wrong.isEmpty()) {
      throw new CommandException("the tour went wrong: " + String.join("; ", wrong));
    }
    say("All of this was checked while it happened, and nothing was wrong.");
  }

  private void showTarget() {
    Target target = allocator.target();
    say("1. Target and memory");
    say(
        "   %s: %s, %s",
        target.name(),
        target.arch(),
        target.byteOrder().toString().toLowerCase(Locale.ROOT).replace('_', '-'));
    MemoryModes.describe(allocator).forEach(line -> say("   %s", line));
  }

  private void load(List<BpfProgram> programs) {
    var options = BpfLoadOptions.DEFAULTS.withEngine(Engine.JIT);
    long start = System.nanoTime();
    for (int i = 1; i < PROGRAMS; i++) {
      programs.add(runtime.load(TourPrograms.checksum(OLD), options.withName("checksum-" + i)));
    }
    programs.add(runtime.load(TourPrograms.checksum(NEW), options.withName("replacement")));
    double micros = (System.nanoTime() - start) / 1e3 / PROGRAMS;
    say("");
    say("2. Loaded");
    say(
        "   %,d BPF programs, each checked, compiled, placed and published in %.0f us on average",
        PROGRAMS, micros);
  }

  private void showPlace(BpfProgram program) {
    long address = program.address().orElseThrow();
    say("");
    say("3. Where %s went", program.name());
    say(
        "   %d instructions became %d bytes of machine code at 0x%x",
        program.instructionCount(), program.codeBytes(), address);
    SlabInfo slab = slabOf(address);
    say("   in the slab %s, %s", slab.span(), slab.protection());
    say(
        "   of its %,d KiB the kernel maps %,d KiB by huge pages",
        slab.span().bytes() / 1024, slab.hugePageBytes() / 1024);
    var page = new Span(address & -HUGE_PAGE, HUGE_PAGE);
    long neighbours =
        allocator.allocations().stream().filter(a -> page.contains(a.span().start())).count();
    say(
        "   %,d allocations share its 2 MiB; %,d bytes used in the slab, %,d bytes of padding",
        neighbours, slab.usedBytes(), slab.paddingBytes());
    say(
        "   a page for each program would take %,d KiB; packed they take %,d KiB",
        PROGRAMS * SMALL_PAGE / 1024, (slab.usedBytes() + slab.paddingBytes()) / 1024);
    check(!slab.protection().contains("w"), "the slab is writable: " + slab.protection());
    check(neighbours > 1, "the program shares its huge page with nothing");
  }

  private SlabInfo slabOf(long address) {
    return allocator.slabs().stream()
        .filter(s -> s.span().contains(address))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    "no slab holds the program's address 0x%x".formatted(address)));
  }

  private void showResult(BpfProgram program) {
    long expected = TourPrograms.expected(packet, OLD);
    long compiled = program.run(packet);
    var options = BpfLoadOptions.DEFAULTS.withEngine(Engine.INTERPRETER);
    long interpreted;
    try (var twin = runtime.load(TourPrograms.checksum(OLD), options)) {
      interpreted = twin.run(packet);
    }
    say("");
    say("4. Run on %d bytes", packet.length);
    say("   machine code: r0 = %016x", compiled);
    say("   interpreter:  r0 = %016x", interpreted);
    check(compiled == expected, "machine code gave %x, not %x".formatted(compiled, expected));
    check(
        interpreted == expected,
        "the interpreter gave %x, not %x".formatted(interpreted, expected));
  }

  private void patch(BpfProgram program, BpfProgram replacement) throws InterruptedException {
    long trapsBefore = allocator.stats().traps();
    var outcome =
        new LivePatching(
                program,
                replacement,
                packet,
                TourPrograms.expected(packet, OLD),
                TourPrograms.expected(packet, NEW),
                allocator.slabs().stream().map(SlabInfo::span).toList())
            .patch(PATCHES);
    long traps = allocator.stats().traps() - trapsBefore;
    say("");
    say("5. Patched while another thread ran it");
    say(
        "   %,d live patches in %.1f s (%.1f us each, with the call that looks at its effect)",
        outcome.patches(), outcome.nanos() / 1e9, outcome.nanos() / 1e3 / outcome.patches());
    say("   stale results right after a patch: %,d", outcome.stale());
    say(
        "   the other thread ran it %,d times, %,d of these the replacement",
        outcome.runs(), outcome.ranReplacement());
    say("   wrong results: %,d", outcome.wrong());
    say("   times that a thread met a patch half done and was carried over it: %,d", traps);
    say(
        "   /proc/self/maps read %,d times meanwhile; our mappings both writable and executable:"
            + " %,d",
        outcome.looks(), outcome.writableAndExecutable());
    judge(outcome);
  }

  private void judge(LivePatching.Outcome outcome) {
    check(outcome.stale() == 0, outcome.stale() + " stale results");
    check(outcome.wrong() == 0, outcome.wrong() + " wrong results");
    check(outcome.runs() > 0, "the other thread never ran the program");
    check(outcome.looks() > 0, "/proc/self/maps was never read");
    check(
        outcome.writableAndExecutable() == 0,
        outcome.writableAndExecutable() + " mappings that were writable and executable");
  }

  private void showFree(List<BpfProgram> programs, Set<Allocation> before) {
    long address = programs.getFirst().address().orElseThrow();
    programs.forEach(BpfProgram::close);
    var left = new HashSet<>(allocator.allocations());
    left.removeAll(before);
    var own = left.stream().filter(a -> a.owner().equals(CORE)).toList();
    say("");
    say("6. Freed");
    say(
        "   %,d programs closed; %,d bytes of them still in use",
        PROGRAMS, bytes(left) - bytes(own));
    say("   %,d bytes wait until no thread can be inside", allocator.stats().pendingBytes());
    if (!own.isEmpty()) {
      say(
          "   %,d bytes stay with %s: what carries threads over patches, made at the first one",
          bytes(own), CORE);
    }
    check(left.size() == own.size(), "not freed: " + left);
    check(allocator.find(address) == null, "0x%x is still found".formatted(address));
  }

  private static long bytes(Collection<Allocation> allocations) {
    return allocations.stream().mapToLong(a -> a.span().bytes()).sum();
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private void say(String format, Object... values) {
    out.println(format.formatted(values));
  }
}
