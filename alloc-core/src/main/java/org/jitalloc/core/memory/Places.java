package org.jitalloc.core.memory;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jitalloc.AllocationRequest;
import org.jitalloc.AllocationRequest.Near;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.SlabInfo;
import org.jitalloc.Target;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.Placement;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.SlabSource;
import org.jitalloc.core.pack.SlabUse;
import org.jitalloc.core.pack.Zone;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/** Turns what callers ask for, and what the architecture demands, into places. */
final class Places {

  private final Target target;
  private final Arch arch;
  private final AddressSpace space;
  private final Pools pools;

  /** What the architecture demands never changes: asked once for each type and purpose. */
  private final Map<ModMemType, Map<Purpose, Demand>> demands = new EnumMap<>(ModMemType.class);

  /**
   * What a type and a purpose lead to.
   *
   * @param unitBytes what no two blocks share: sealing is by page, so what is sealed has its own
   */
  private record Demand(JitAllocParams params, Zone zone, long unitBytes) {}

  Places(Target target, Arch arch, AddressSpace space) {
    this.target = target;
    this.arch = arch;
    this.space = space;
    pools =
        new Pools(
            new SlabSource() {
              @Override
              public void commit(long address, long bytes, PageProtection protection) {
                space.commit(address, bytes, protection);
              }

              @Override
              public void decommit(long address, long bytes, PageProtection protection) {
                space.decommit(address, bytes, protection);
              }
            });
    if (space.layout() instanceof AddressSpaceLayout.Kernel(AddressRange kernel, _, _, _)) {
      pools.exclude(kernel);
    }
    for (ModMemType type : ModMemType.values()) {
      Map<Purpose, Demand> ofType = new EnumMap<>(Purpose.class);
      for (Purpose purpose : Purpose.values()) {
        ofType.put(purpose, ask(type, purpose));
      }
      demands.put(type, ofType);
    }
  }

  private Demand ask(ModMemType type, Purpose purpose) {
    JitAllocParams params = arch.params(space.layout(), type, purpose);
    Zone zone = pools.zone(params.range(), params.fallback(), params.protection());
    long unit = type == ModMemType.RO_AFTER_INIT ? space.pageBytes() : Pools.CHUNK_BYTES;
    return new Demand(params, zone, unit);
  }

  /**
   * Finds a place.
   *
   * @param request what is asked for
   * @param reclaim gives back what can be, before a request is refused for want of space
   */
  Place find(AllocationRequest request, Runnable reclaim) {
    check(request);
    Demand demand =
        requireNonNull(requireNonNull(demands.get(request.type())).get(request.purpose()));
    AddressRange window = window(request, demand.params());
    Placement placement = place(request, demand, window);
    if (placement instanceof Placement.NoSpace(_, _, long pending) && pending > 0) {
      reclaim.run();
      placement = place(request, demand, window);
    }
    return switch (placement) {
      case Placement.Fit fit -> new Place(fit.slab(), fit.address(), fit.bytes(), request.bytes());
      case Placement.NoSpace left -> throw noSpace(request, demand.params(), window, left);
    };
  }

  private static Placement place(
      AllocationRequest request, Demand demand, @Nullable AddressRange window) {
    long align = Math.max(demand.params().alignBytes(), request.alignBytes());
    return demand.zone().place(request.bytes(), align, demand.unitBytes(), window);
  }

  private void check(AllocationRequest request) {
    if (request.bytes() <= 0) {
      throw invalid(request, "the size has to be positive");
    }
    if (Long.bitCount(request.alignBytes()) != 1 || request.alignBytes() < 0) {
      throw invalid(request, "the alignment has to be a power of two");
    }
    if (request.near() instanceof Near(_, long reach) && reach <= 0) {
      throw invalid(request, "the reach has to be positive");
    }
  }

  private JitAllocException invalid(AllocationRequest request, String why) {
    return new JitAllocException(
        Reason.INVALID_REQUEST, "%s: target=%s %s".formatted(why, target.name(), request));
  }

  /** The addresses within reach that are also in a range of the architecture's; null for all. */
  private @Nullable AddressRange window(AllocationRequest request, JitAllocParams params) {
    Near near = request.near();
    if (near == null) {
      return null;
    }
    long start = near.address() - near.reachBytes();
    long end = near.address() + near.reachBytes();
    AddressRange reachable =
        new AddressRange(
            Long.compareUnsigned(start, near.address()) > 0 ? 0 : start,
            Long.compareUnsigned(end, near.address()) < 0 ? -1L : end);
    if (!overlaps(reachable, params.range()) && !overlaps(reachable, params.fallback())) {
      throw new JitAllocException(
          Reason.UNREACHABLE,
          "no address that is allowed is within reach: %s reachable=%s"
              .formatted(describe(request, params), reachable));
    }
    return reachable;
  }

  private static boolean overlaps(AddressRange one, @Nullable AddressRange other) {
    return other != null && (one.contains(other.start()) || other.contains(one.start()));
  }

  private JitAllocException noSpace(
      AllocationRequest request,
      JitAllocParams params,
      @Nullable AddressRange window,
      Placement.NoSpace left) {
    return new JitAllocException(
        window == null ? Reason.EXHAUSTED : Reason.UNREACHABLE,
        "%s%s largestFreeBytes=%d freeBytes=%d pendingBytes=%d"
            .formatted(
                describe(request, params),
                window == null ? "" : " reachable=" + window,
                left.largestFreeBytes(),
                left.freeBytes(),
                left.pendingBytes()));
  }

  private String describe(AllocationRequest request, JitAllocParams params) {
    return "target=%s type=%s purpose=%s bytes=%d align=%d range=%s fallback=%s"
        .formatted(
            target.name(),
            request.type(),
            request.purpose(),
            request.bytes(),
            Math.max(params.alignBytes(), request.alignBytes()),
            params.range(),
            params.fallback() == null ? "none" : params.fallback());
  }

  /** Whose memory an address may be: a {@link Block}, to be asked, or null. */
  @Nullable Object find(long address) {
    return pools.find(address);
  }

  /** Looks at all blocks that are forming or live. */
  void forEachBlock(Consumer<Block> action) {
    pools.forEachTenant(tenant -> action.accept((Block) tenant));
  }

  List<SlabInfo> slabs() {
    return pools.slabs().stream().map(this::describe).toList();
  }

  private SlabInfo describe(SlabUse use) {
    return new SlabInfo(
        use.span(),
        use.protection().letters(),
        space.hugePageBytes(use.span().start(), use.span().bytes()),
        use.allocations(),
        use.usedBytes(),
        use.paddingBytes(),
        use.largestFreeBytes());
  }

  AllocatorStats stats(Counters counters, Poker poker, long traps) {
    List<SlabUse> uses = pools.slabs();
    return new AllocatorStats(
        uses.stream().mapToLong(use -> use.span().bytes()).sum(),
        uses.stream().mapToLong(SlabUse::usedBytes).sum(),
        uses.stream().mapToLong(SlabUse::paddingBytes).sum(),
        uses.stream().mapToLong(SlabUse::freeBytes).sum(),
        uses.stream().mapToLong(SlabUse::pendingBytes).sum(),
        uses.stream().mapToLong(SlabUse::largestFreeBytes).max().orElse(0),
        uses.size(),
        counters.live(),
        counters.allocations(),
        counters.frees(),
        poker.pokes(),
        poker.batches(),
        traps,
        counters.byType());
  }
}
