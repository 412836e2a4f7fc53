package org.jitalloc.core.placement;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jitalloc.AllocationRequest;
import org.jitalloc.AllocationRequest.Near;
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
import org.jitalloc.core.block.Block;
import org.jitalloc.core.pack.NoSpace;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.Retired;
import org.jitalloc.core.pack.SlabUse;
import org.jitalloc.core.pack.Zone;
import org.jitalloc.core.quota.ShardLocks;
import org.jitalloc.core.quota.TypePurpose;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/** Places spans: as a request asks, and as the parameters of the architecture say. */
public final class SpanAllocator implements ShardLocks {

  /** Per shard: a single block that is allocated and freed again and again maps nothing. */
  private static final int KEPT_SLABS = 1;

  private final Target target;
  private final Arch arch;
  private final AddressSpace space;
  private final Pools pools;

  /** By {@link TypePurpose#index}. The parameters of the architecture never change. */
  private final TypeParams[] params = new TypeParams[TypePurpose.COUNT];

  /**
   * Makes it.
   *
   * @param space the memory; nothing else gives out its addresses
   * @param threads the number of threads that may allocate and free without waiting for each other
   */
  public SpanAllocator(Target target, Arch arch, AddressSpace space, int threads) {
    this.target = target;
    this.arch = arch;
    this.space = space;
    pools = new Pools(new SpaceSlabs(space), threads);
    if (space.layout() instanceof AddressSpaceLayout.Kernel(AddressRange kernel, _, _, _)) {
      pools.exclude(kernel);
    }
    for (int i = 0; i < params.length; i++) {
      params[i] = typeParams(TypePurpose.type(i), TypePurpose.purpose(i));
    }
  }

  private TypeParams typeParams(ModMemType type, Purpose purpose) {
    JitAllocParams found = arch.params(space.layout(), type, purpose);
    boolean sealed = type == ModMemType.RO_AFTER_INIT;
    Zone zone =
        sealed
            ? pools.zoneOfChanging(found.range(), found.fallback(), found.protection())
            : pools.zone(found.range(), found.fallback(), found.protection());
    long unit = sealed ? space.pageBytes() : Pools.CHUNK_BYTES;
    long align = Math.max(found.alignBytes(), Pools.CHUNK_BYTES);
    return new TypeParams(found, zone, align, unit);
  }

  @Override
  public int shardCount() {
    return pools.shardCount();
  }

  @Override
  public void inEachShard(IntConsumer action) {
    pools.inEachShard(action);
  }

  /**
   * {@return how the span of a request is placed}
   *
   * @throws JitAllocException INVALID_REQUEST if a number of the request makes no sense
   */
  TypeParams params(AllocationRequest request) {
    check(request);
    return params(request.type(), request.purpose());
  }

  TypeParams params(ModMemType type, Purpose purpose) {
    return params(TypePurpose.index(type, purpose));
  }

  TypeParams params(int typePurpose) {
    return params[typePurpose];
  }

  /**
   * Places a block that has no constraints but those of its type and purpose. {@return false if no
   * place is found at once}
   */
  static boolean placeQuickly(Block block, TypeParams params) {
    return params.alignBytes() == Pools.CHUNK_BYTES
        && params.unitBytes() == Pools.CHUNK_BYTES
        && params.zone().placeQuickly(block);
  }

  /**
   * Places a block.
   *
   * @param params how spans of its type and purpose are placed
   * @param request the request for it
   * @param reclaim reclaims what it can, before a request is refused for want of space
   * @throws JitAllocException EXHAUSTED or UNREACHABLE; nothing has changed
   */
  void place(Block block, TypeParams params, AllocationRequest request, Runnable reclaim) {
    AddressRange window =
        request.near() == null ? null : window(request, request.near(), params.params());
    long align = Math.max(params.alignBytes(), request.alignBytes());
    NoSpace left = params.zone().place(block, align, params.unitBytes(), window);
    if (left != null && left.pendingBytes() > 0) {
      reclaim.run();
      left = params.zone().place(block, align, params.unitBytes(), window);
    }
    if (left != null) {
      throw noSpace(request, params.params(), window, left);
    }
  }

  /**
   * Retires a block: no lookup finds it, and its place is kept.
   *
   * @return a batch of blocks to recycle after a grace period; null if the batch waits for more
   */
  public @Nullable Retired retire(Block block) {
    return pools.retire(block);
  }

  /** Takes back a batch that {@link #retire} or {@link #takeRetired} gave. */
  public void putBack(Retired batch) {
    pools.putBack(batch);
  }

  /** Passes on all retired blocks that {@link #retire} did not return, in batches. */
  public void takeRetired(Consumer<Retired> action) {
    pools.takeRetired(action);
  }

  /** {@return the length of all slabs in bytes} */
  public long reservedBytes() {
    return pools.reservedBytes();
  }

  /** {@return the number of shards that an error has broken; they are not used any more} */
  public int brokenShards() {
    return pools.brokenShards();
  }

  /** {@return the failures of slabs and shards since the last call} */
  public List<RuntimeException> takeFailures() {
    return pools.takeFailures();
  }

  /** Stops all changes of memory: the address space is not used after this. */
  public void close() {
    pools.close();
  }

  /** Gives back empty slabs. */
  public void trim() {
    pools.trim(KEPT_SLABS);
  }

  /**
   * Gives back slabs that were not needed lately, and pages of partly empty slabs.
   *
   * @param quiet whether there were few allocations and frees since the last call
   */
  public void thin(boolean quiet) {
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

  /** {@return the addresses within reach; some are in a range of the architecture} */
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

  /** {@return the block that holds an address, or null} */
  public @Nullable Block find(long address) {
    return (Block) pools.find(address);
  }

  /** Calls an action for all blocks that are forming or live. */
  public void forEachBlock(Consumer<Block> action) {
    pools.forEachOwner(owner -> action.accept((Block) owner));
  }

  /** {@return all slabs} */
  public List<SlabInfo> slabs() {
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

  /** {@return all slabs and what is in them} */
  public List<SlabUse> slabUses() {
    return pools.slabs();
  }
}
