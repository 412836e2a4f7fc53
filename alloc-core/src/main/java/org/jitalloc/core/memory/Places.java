package org.jitalloc.core.memory;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
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
import org.jitalloc.core.pack.NoSpace;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.Retired;
import org.jitalloc.core.pack.SlabSource;
import org.jitalloc.core.pack.SlabUse;
import org.jitalloc.core.pack.Zone;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/** Turns what callers ask for, and what the architecture demands, into places. */
final class Places {

  /** Of each shard, so that the only block, which comes and goes, does not map and unmap. */
  private static final int KEPT_SLABS = 1;

  private final Target target;
  private final Arch arch;
  private final AddressSpace space;
  private final Pools pools;

  /** What the architecture demands never changes: asked once for each type and purpose. */
  private final Demand[][] demands = new Demand[ModMemType.values().length][];

  Places(Target target, Arch arch, AddressSpace space, int threads) {
    this.target = target;
    this.arch = arch;
    this.space = space;
    pools =
        new Pools(
            new SlabSource() {
              @Override
              public void commit(long address, long bytes, PageProtection protection) {
                space.map(address, bytes, protection);
              }

              @Override
              public boolean decommit(long address, long bytes, PageProtection protection) {
                return space.unmap(address, bytes, protection);
              }

              @Override
              public long partBytes() {
                return Math.max(space.pageBytes(), Pools.PAGE_BYTES);
              }

              @Override
              public boolean withdraw(long address, long bytes, PageProtection protection) {
                return space.decommit(address, bytes, protection);
              }

              @Override
              public void supply(long address, long bytes, PageProtection protection) {
                space.recommit(address, bytes, protection);
              }

              @Override
              public void makeWhole(long address, long bytes) {
                space.collapse(address, bytes);
              }

              @Override
              public boolean guards() {
                return space.guards();
              }
            },
            threads);
    if (space.layout() instanceof AddressSpaceLayout.Kernel(AddressRange kernel, _, _, _)) {
      pools.exclude(kernel);
    }
    for (ModMemType type : ModMemType.values()) {
      Purpose[] purposes = Purpose.values();
      demands[type.ordinal()] = new Demand[purposes.length];
      for (Purpose purpose : purposes) {
        demands[type.ordinal()][purpose.ordinal()] = ask(type, purpose);
      }
    }
  }

  private Demand ask(ModMemType type, Purpose purpose) {
    JitAllocParams params = arch.params(space.layout(), type, purpose);
    boolean sealed = type == ModMemType.RO_AFTER_INIT;
    Zone zone =
        sealed
            ? pools.zoneOfChanging(params.range(), params.fallback(), params.protection())
            : pools.zone(params.range(), params.fallback(), params.protection());
    long unit = sealed ? space.pageBytes() : Pools.CHUNK_BYTES;
    long align = Math.max(params.alignBytes(), Pools.CHUNK_BYTES);
    return new Demand(type, purpose, params, zone, align, unit, Demand.cell(type, purpose));
  }

  int shardCount() {
    return pools.shardCount();
  }

  /** Does something for each shard while nothing is placed or retired in it. */
  void inEachShard(IntConsumer action) {
    pools.inEachShard(action);
  }

  /** What the architecture demands for a request, which has to make sense. */
  Demand demand(AllocationRequest request) {
    check(request);
    return demand(request.type(), request.purpose());
  }

  Demand demand(ModMemType type, Purpose purpose) {
    return demands[type.ordinal()][purpose.ordinal()];
  }

  /**
   * Finds a place for a block without wishes, as its type and purpose demand; {@return false if
   * that is not easy}
   */
  static boolean placeQuickly(Block block, Demand demand) {
    return demand.alignBytes() == Pools.CHUNK_BYTES
        && demand.unitBytes() == Pools.CHUNK_BYTES
        && demand.zone().placeQuickly(block);
  }

  /**
   * Finds a place.
   *
   * @param block who gets it
   * @param demand what its type and purpose lead to
   * @param request what is asked for
   * @param reclaim gives back what can be, before a request is refused for want of space
   */
  void place(Block block, Demand demand, AllocationRequest request, Runnable reclaim) {
    AddressRange window =
        request.near() == null ? null : window(request, request.near(), demand.params());
    long align = Math.max(demand.alignBytes(), request.alignBytes());
    NoSpace left = demand.zone().place(block, align, demand.unitBytes(), window);
    if (left != null && left.pendingBytes() > 0) {
      reclaim.run();
      left = demand.zone().place(block, align, demand.unitBytes(), window);
    }
    if (left != null) {
      throw noSpace(request, demand.params(), window, left);
    }
  }

  /**
   * Ends the use of a block's place.
   *
   * @return blocks whose places can be recycled after a grace period; null if they wait for more
   */
  @Nullable Retired retire(Block block) {
    return pools.retire(block);
  }

  /** Takes blocks back that {@link #retire} or {@link #takeRetired} gave out. */
  void putBack(Retired batch) {
    pools.putBack(batch);
  }

  /** What was retired and not given out by {@link #retire}. */
  List<Retired> takeRetired() {
    return pools.takeRetired();
  }

  /** {@return how many bytes of address space slabs have} */
  long reservedBytes() {
    return pools.reservedBytes();
  }

  /** {@return how many shards an error has broken: they take and give nothing any more} */
  int brokenShards() {
    return pools.brokenShards();
  }

  /** {@return what went wrong with memory that is nobody's, since the last call} */
  List<RuntimeException> takeFailures() {
    return pools.takeFailures();
  }

  /** Lets no memory come or go any more: the address space is not used after this. */
  void close() {
    pools.close();
  }

  /** Gives slabs back that nobody needs. */
  void trim() {
    pools.trim(KEPT_SLABS);
  }

  /**
   * Gives slabs back that nobody needed lately, and pages of those that are partly empty.
   *
   * @param quiet whether hardly anything came or went since this was called last
   */
  void thin(boolean quiet) {
    pools.thin(KEPT_SLABS, quiet);
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

  /** The addresses within reach, some of which are in a range of the architecture's. */
  private AddressRange window(AllocationRequest request, Near near, JitAllocParams params) {
    long start = near.address() - near.reachBytes();
    long end = near.address() + near.reachBytes();
    var reachable =
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
      NoSpace left) {
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

  /** Whose memory an address is, or null. */
  @Nullable Block find(long address) {
    return (Block) pools.find(address);
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
        use.committedBytes(),
        use.protection().letters(),
        space.hugePageBytes(use.span().start(), use.span().bytes()),
        use.allocations(),
        use.usedBytes(),
        use.paddingBytes(),
        use.largestFreeBytes());
  }

  AllocatorStats stats(Account account, long denied, Poker poker, long traps) {
    List<SlabUse> uses = pools.slabs();
    return new AllocatorStats(
        uses.stream().mapToLong(use -> use.span().bytes()).sum(),
        uses.stream().mapToLong(SlabUse::committedBytes).sum(),
        uses.stream().mapToLong(SlabUse::usedBytes).sum(),
        uses.stream().mapToLong(SlabUse::paddingBytes).sum(),
        uses.stream().mapToLong(SlabUse::freeBytes).sum(),
        uses.stream().mapToLong(SlabUse::pendingBytes).sum(),
        uses.stream().mapToLong(SlabUse::largestFreeBytes).max().orElse(0),
        uses.size(),
        account.allocations() - account.frees(),
        account.allocations(),
        account.frees(),
        denied,
        poker.pokes(),
        poker.batches(),
        traps,
        Owners.byType(account));
  }
}
