package org.jitalloc.console;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.Allocation;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAllocator;
import org.jitalloc.Leak;
import org.jitalloc.OwnerUse;
import org.jitalloc.SlabInfo;
import org.jitalloc.Target;
import org.jitalloc.console.command.CommandException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands {@code mem:…}, which print the state of the allocators of all targets. */
@Component(
    service = MemCommands.class,
    property = {
      "osgi.command.scope=mem",
      "osgi.command.function=stats",
      "osgi.command.function=map",
      "osgi.command.function=leaks",
      "osgi.command.function=owners",
      "osgi.command.function=targets"
    })
public final class MemCommands {
  private static final CommandSyntax STATS = new CommandSyntax("mem:stats", 0);
  private static final CommandSyntax MAP = new CommandSyntax("mem:map", 0);
  private static final CommandSyntax LEAKS = new CommandSyntax("mem:leaks", 0);
  private static final CommandSyntax OWNERS = new CommandSyntax("mem:owners", 0);
  private static final CommandSyntax TARGETS = new CommandSyntax("mem:targets", 0);

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<JitAllocator> allocators = List.of();

  /** Called by Declarative Services. */
  public MemCommands() {}

  /**
   * {@code mem:stats}.
   *
   * @param words none
   */
  @Descriptor(
      """
      prints the memory of each target by type, and counters

         usage: mem:stats

         reserved = used + padding + free + pending; pending memory is freed and waits for the end
         of its grace period. Huge pages is the part of the reserved memory that the operating
         system maps by huge pages now. Sizes are in bytes.
      """)
  public void stats(@Descriptor("none") String... words) {
    STATS.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      AllocatorStats stats = allocator.stats();
      out.println("Target " + allocator.target().name());
      out.println(figures(stats, hugeBytes(allocator)).toString().indent(2).stripTrailing());
      if (!stats.byType().isEmpty()) {
        out.println();
        out.println(byType(stats).toString().indent(2).stripTrailing());
      }
      out.println();
    }
  }

  private static long hugeBytes(JitAllocator allocator) {
    return allocator.slabs().stream().mapToLong(SlabInfo::hugePageBytes).sum();
  }

  private static TextTable figures(AllocatorStats stats, long hugeBytes) {
    return new TextTable("MEMORY", "BYTES", " ", "COUNTED", "COUNT")
        .row("reserved", stats.reservedBytes(), " ", "slabs", stats.slabs())
        .row("committed", stats.committedBytes(), " ", "live", stats.live())
        .row("used", stats.usedBytes(), " ", "allocated", stats.allocated())
        .row("padding", stats.paddingBytes(), " ", "freed", stats.freed())
        .row("free", stats.freeBytes(), " ", "pokes", stats.pokes())
        .row("pending", stats.pendingBytes(), " ", "poke batches", stats.pokeBatches())
        .row("largest free", stats.largestFreeBytes(), " ", "traps", stats.traps())
        .row("huge pages", hugeBytes, " ", "denied", stats.denied());
  }

  private static TextTable byType(AllocatorStats stats) {
    var table = new TextTable("TYPE", "LIVE", "BYTES");
    stats.byType().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(e -> table.row(e.getKey(), e.getValue().live(), e.getValue().usedBytes()));
    return table;
  }

  /**
   * {@code mem:map}.
   *
   * @param words none
   */
  @Descriptor(
      """
      prints the slabs of each target and their live allocations, by address

         usage: mem:map

         committed: the part of the slab that has memory; long free ranges of sparse slabs have none
         huge: the part that the operating system maps by huge pages now
      """)
  public void map(@Descriptor("none") String... words) {
    MAP.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      out.println("Target " + allocator.target().name());
      List<Allocation> allocations = allocator.allocations();
      List<SlabInfo> slabs = allocator.slabs();
      if (slabs.isEmpty()) {
        out.println("  no memory is in use");
      }
      for (SlabInfo slab : slabs) {
        out.println("  " + line(slab));
        var table = new TextTable("ADDRESS", "BYTES", "TYPE", "PURPOSE", "OWNER");
        allocations.stream()
            .filter(a -> slab.span().contains(a.span().start()))
            .forEach(a -> table.row(hex(a), a.span().bytes(), a.type(), a.purpose(), a.owner()));
        if (!table.isEmpty()) {
          out.println(table.toString().indent(4).stripTrailing());
        }
      }
      out.println();
    }
  }

  /**
   * {@code mem:leaks}.
   *
   * @param words none
   */
  @Descriptor(
      """
      prints the memory whose handle became unreachable before it was closed, and its allocation

         usage: mem:leaks

         The garbage collector finds leaks, so a recent leak may be missing. By default, one of 1,024
         allocations is watched on average. The configuration org.jitalloc.core (leaksSample=all,
         leaksReclaim=true), or the system properties jitalloc.leaks.sample and
         jitalloc.leaks.reclaim, watch all, and free leaks.
      """)
  public void leaks(@Descriptor("none") String... words) {
    LEAKS.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      out.println("Target " + allocator.target().name());
      List<Leak> leaks = allocator.leaks();
      if (leaks.isEmpty()) {
        out.println("  no leaks were found");
      } else {
        out.println(table(leaks).toString().indent(2).stripTrailing());
      }
      for (Leak leak : leaks) {
        out.println();
        out.println("  " + hex(leak.allocation()) + " was allocated at");
        leak.stack().forEach(frame -> out.println("      " + frame));
      }
      out.println();
    }
  }

  private static TextTable table(List<Leak> leaks) {
    var table = new TextTable("ADDRESS", "BYTES", "TYPE", "OWNER", "ALLOCATED", "FOUND", "FREED");
    for (Leak leak : leaks) {
      Allocation what = leak.allocation();
      table.row(
          hex(what),
          what.span().bytes(),
          what.type(),
          what.owner(),
          seconds(leak.allocatedAt()),
          seconds(leak.foundAt()),
          leak.reclaimed() ? "yes" : "no");
    }
    return table;
  }

  private static String seconds(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String hex(Allocation allocation) {
    return "0x%x".formatted(allocation.span().start());
  }

  private static String line(SlabInfo slab) {
    return "%s %s: %,d KiB, committed %,d KiB, huge %,d KiB; %,d allocations, used %,d, padding %,d"
        .formatted(
            slab.span(),
            slab.protection(),
            slab.span().bytes() / 1024,
            slab.committedBytes() / 1024,
            slab.hugePageBytes() / 1024,
            slab.allocations(),
            slab.usedBytes(),
            slab.paddingBytes());
  }

  /**
   * {@code mem:owners}.
   *
   * @param words none
   */
  @Descriptor(
      """
      prints the memory of each owner by purpose and type, its peak, and the requests that policy
      denied

         usage: mem:owners

         LIVE and BYTES are the present use, MOST LIVE and MOST BYTES the largest use at one time.
         A bundle that stopped is not listed.
      """)
  public void owners(@Descriptor("none") String... words) {
    OWNERS.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      out.println("Target " + allocator.target().name());
      List<OwnerUse> uses = allocator.owners();
      out.println((uses.isEmpty() ? "no memory was requested" : byOwner(uses)).indent(2));
    }
  }

  /** {@return a table for each owner, because names of bundles are long} */
  static String byOwner(List<OwnerUse> uses) {
    var text = new StringBuilder();
    for (String owner : uses.stream().map(OwnerUse::owner).distinct().toList()) {
      var table =
          new TextTable("PURPOSE", "TYPE", "LIVE", "BYTES", "MOST LIVE", "MOST BYTES", "DENIED");
      for (OwnerUse use : uses) {
        if (use.owner().equals(owner)) {
          table.row(
              use.purpose(),
              use.type(),
              use.live(),
              use.usedBytes(),
              use.peakLive(),
              use.peakBytes(),
              use.denied());
        }
      }
      text.append(owner).append('\n').append(table.toString().indent(2));
    }
    return text.toString().stripTrailing();
  }

  /**
   * {@code mem:targets}.
   *
   * @param words none
   */
  @Descriptor(
      """
      lists the targets, the memory mode of each, and why it was chosen

         usage: mem:targets
      """)
  public void targets(@Descriptor("none") String... words) {
    TARGETS.parse(words);
    PrintStream out = System.out;
    var table = new TextTable("TARGET", "ARCH", "KIND", "BYTE ORDER", "MEMORY");
    for (JitAllocator allocator : targets()) {
      Target target = allocator.target();
      table.row(
          target.name(),
          target.arch(),
          target.kind(),
          target.byteOrder(),
          allocator.memoryMode().name());
    }
    out.println(table);
    for (JitAllocator allocator : targets()) {
      out.println();
      MemoryModes.describe(allocator).forEach(out::println);
    }
  }

  /** {@return the allocators of all targets, the host first} */
  private List<JitAllocator> targets() {
    List<JitAllocator> current = allocators;
    if (current.isEmpty()) {
      throw new CommandException(
          "there is no target: are org.jitalloc.core and the bundle of an architecture started? See"
              + " lb");
    }
    return current.stream()
        .sorted(
            Comparator.<JitAllocator, Target.Kind>comparing(a -> a.target().kind())
                .thenComparing(a -> a.target().name()))
        .toList();
  }
}
