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

/** {@code mem:…}: what the allocators of all targets have to say. */
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

  /** Made by Declarative Services. */
  public MemCommands() {}

  /**
   * {@code mem:stats}.
   *
   * @param words none
   */
  @Descriptor(
      """
      prints how much memory each target holds, for what, and how often its code was changed

         usage: mem:stats

         reserved = used + padding + free + pending; pending was freed and waits until no
         thread can be inside. Really huge is what the operating system maps by huge pages at
         this moment, of what is reserved. Bytes, unless it says otherwise.
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
        .row("largest free", stats.largestFreeBytes(), " ", "traps met", stats.traps())
        .row("really huge", hugeBytes, " ", "denied", stats.denied());
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
      prints the slabs of each target and the allocations that live in them, by address

         usage: mem:map

         committed: bytes of the slab that have memory behind them; long free runs of sparse
                    slabs are given back
         huge: bytes of it that the operating system really maps by huge pages
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
      prints the memory whose handle was lost before it was closed, and who allocated it

         usage: mem:leaks

         The garbage collector finds it; so what was lost just now is not there yet. Of all
         allocations one of 1,024 is watched, on average; the configuration org.jitalloc.core
         (leaksSample=all, leaksReclaim=true), or the system properties jitalloc.leaks.sample
         and jitalloc.leaks.reclaim, watch more, and free what is lost.
      """)
  public void leaks(@Descriptor("none") String... words) {
    LEAKS.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      out.println("Target " + allocator.target().name());
      List<Leak> leaks = allocator.leaks();
      if (leaks.isEmpty()) {
        out.println("  nothing was found lost");
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
    var table =
        new TextTable("ADDRESS", "BYTES", "TYPE", "OWNER", "ALLOCATED", "FOUND LOST", "FREED");
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
      prints who holds the memory of each target, for what, the most they held, and how often
      policy denied them more

         usage: mem:owners

         LIVE and BYTES are what is held, MOST LIVE and MOST BYTES the most there ever was at once.
         A bundle that stopped is gone from here.
      """)
  public void owners(@Descriptor("none") String... words) {
    OWNERS.parse(words);
    PrintStream out = System.out;
    for (JitAllocator allocator : targets()) {
      out.println("Target " + allocator.target().name());
      List<OwnerUse> uses = allocator.owners();
      out.println((uses.isEmpty() ? "no memory was asked for" : byOwner(uses)).indent(2));
    }
  }

  /** A table for each owner, for names of bundles are long. */
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
      lists the address spaces there are, and how each gets its memory, and why

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

  /** All targets, the host first. */
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
