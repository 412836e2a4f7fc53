package org.jitalloc.core.target;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jitalloc.Allocation;
import org.jitalloc.AllocationRequest;
import org.jitalloc.AllocatorStats;
import org.jitalloc.ImageMemory;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jitalloc.NativeThread;
import org.jitalloc.OwnerUse;
import org.jitalloc.SlabInfo;
import org.jitalloc.Target;
import org.jitalloc.Upcall;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockContext;
import org.jitalloc.core.block.BlockOwner;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.host.CpuFeatures;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.image.ModelSpace;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.leak.Leaks;
import org.jitalloc.core.pack.SlabUse;
import org.jitalloc.core.placement.BlockAllocator;
import org.jitalloc.core.placement.SpanAllocator;
import org.jitalloc.core.poke.HostTraps;
import org.jitalloc.core.poke.Poker;
import org.jitalloc.core.poke.TrapTable;
import org.jitalloc.core.quota.Admission;
import org.jitalloc.core.quota.Owners;
import org.jitalloc.core.quota.Rulebook;
import org.jitalloc.core.quota.ShardUsage;
import org.jitalloc.core.reclaim.Recycler;
import org.jitalloc.core.space.AddressSpace;
import org.jitalloc.core.stack.NativeThreads;
import org.jitalloc.core.stack.UpcallStack;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a target: allocates, finds and frees blocks.
 *
 * <p>The place of a block: it is taken from a zone, trap-filled or zero as all free memory is. When
 * the block is freed, the {@link Recycler} reclaims it.
 *
 * <p>Locks, in this order: the text lock of {@link Poker} → the monitor of a block → the monitors
 * of {@link Rulebook} and {@link Owners} → the lock of a shard → the monitor of a quota. The queue
 * of {@link GracePeriod} is locked alone.
 */
public final class TargetMemory implements BlockContext, AutoCloseable {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");
  private static final String CORE = "org.jitalloc.core";
  private static final long CLOSE_PATIENCE_MILLIS = 10_000;

  private final Target target;
  private final Arch arch;
  private final AddressSpace space;
  private final Optional<ImageMemory> image;
  private final SpanAllocator spans;
  private final GracePeriod grace;
  private final Poker poker;
  private final @Nullable HostTraps traps;
  private final Rulebook rulebook;
  private final Owners<BlockOwner> owners;
  private final BlockOwner core;
  private final Admission admission;
  private final BlockAllocator blocks;
  private final Recycler recycler;
  private final Leaks leaks;
  private volatile boolean closed;

  /** Whether {@link #close} has nothing left to do. Guarded by the monitor. */
  private boolean givenBack;

  /**
   * Makes a target.
   *
   * @param space its memory
   * @param host the same, where code runs in it; null in an image
   */
  private TargetMemory(
      Target target,
      Arch arch,
      AddressSpace space,
      @Nullable HostSpace host,
      Optional<ImageMemory> image,
      LeakPolicy policy,
      Rulebook rulebook,
      Supplier<@Nullable TextPoke> strategies) {
    boolean runs = host != null;
    this.target = target;
    this.arch = arch;
    this.space = space;
    this.image = image;
    spans =
        new SpanAllocator(
            target, arch, space, runs ? Runtime.getRuntime().availableProcessors() : 1);
    this.rulebook = rulebook;
    owners =
        new Owners<>(
            target.name(),
            spans,
            rulebook,
            host == null ? () -> "" : host::modeName,
            grant -> new BlockOwner(grant, this));
    core = owners.addCore(CORE);
    admission = new Admission(target.name(), rulebook);
    blocks = new BlockAllocator(spans, admission, this::reclaim);
    grace = new GracePeriod(host == null ? null : host::barrier);
    leaks = new Leaks(target.name(), policy, runs, OwnerAllocator.class);
    traps = host == null ? null : newTraps(host);
    poker = new Poker(this, space, traps == null ? TrapTable.NOTHING_RUNS : traps, strategies);
    recycler = new Recycler(target.name(), arch, space, spans, grace, poker, runs);
    if (host != null) {
      placeCacheFlush(host);
    }
    rulebook.join(owners);
  }

  private HostTraps newTraps(HostSpace host) {
    AddressRange window = ((AddressSpaceLayout.Process) host.layout()).window();
    return new HostTraps(window, host.newTrapSignal());
  }

  /**
   * Makes a target of memory of this process.
   *
   * @param arch the architecture of this machine
   * @param space the memory; the target owns it from now on, and closes it if this fails
   * @param policy which allocations are watched for leaks
   * @param rulebook the rules of this target, and perhaps of others; a target that shares it has to
   *     be closed
   * @param strategies gives the strategy of the architecture for poking; null while there is none
   * @return the target
   */
  public static TargetMemory host(
      Arch arch,
      HostSpace space,
      LeakPolicy policy,
      Rulebook rulebook,
      Supplier<@Nullable TextPoke> strategies) {
    var target =
        new Target(
            Target.HOST,
            arch.name(),
            arch.byteOrder(),
            Target.Kind.HOST,
            CpuFeatures.ofThisMachine());
    try {
      return new TargetMemory(
          target, arch, space, space, Optional.empty(), policy, rulebook, strategies);
    } catch (RuntimeException | Error failure) {
      space.closeAfter(failure);
      throw failure;
    }
  }

  /**
   * Makes a modelled kernel.
   *
   * @param name the name of the target
   * @param arch its architecture
   * @param kaslr whether the kernel is placed at random
   * @param seed the seed of random choices
   * @param policy which allocations are watched for leaks
   * @param rulebook the rules of this target, and perhaps of others; a target that shares it has to
   *     be closed
   * @param strategies gives the strategy of the architecture for poking; null while there is none
   * @return the target
   */
  public static TargetMemory image(
      String name,
      Arch arch,
      boolean kaslr,
      long seed,
      LeakPolicy policy,
      Rulebook rulebook,
      Supplier<@Nullable TextPoke> strategies) {
    var target = new Target(name, arch.name(), arch.byteOrder(), Target.Kind.IMAGE, Set.of());
    var space = new ModelSpace(name, arch.defaultKernel(kaslr, seed), arch.trapFill());
    return new TargetMemory(
        target, arch, space, null, Optional.of(space.memory()), policy, rulebook, strategies);
  }

  private void placeCacheFlush(HostSpace host) {
    arch.cacheFlush()
        .ifPresent(
            code -> {
              Block memory =
                  blocks.allocate(core, AllocationRequest.of(ModMemType.TEXT, code.length));
              memory.write(0, code);
              memory.publish();
              host.useCacheFlush(memory.address());
            });
  }

  /**
   * Makes an allocator for an owner.
   *
   * @param name the name of the owner
   * @return the allocator; to close it frees the blocks of the owner
   */
  public OwnerAllocator allocatorFor(String name) {
    return new OwnerAllocator(this, owners.add(name));
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public AddressSpace space() {
    return space;
  }

  Optional<ImageMemory> image() {
    return image;
  }

  @Override
  public GracePeriod grace() {
    return grace;
  }

  Poker poker() {
    return poker;
  }

  Leaks leaks() {
    return leaks;
  }

  BlockOwner core() {
    return core;
  }

  SpanAllocator spans() {
    return spans;
  }

  Rulebook rulebook() {
    return rulebook;
  }

  BlockAllocator blocks() {
    return blocks;
  }

  Admission admission() {
    return admission;
  }

  List<OwnerUse> owners() {
    return owners.uses();
  }

  @Override
  public void requireHost(String what) {
    if (target.kind() != Target.Kind.HOST) {
      throw new JitAllocException(
          Reason.UNSUPPORTED, "%s in an image: target=%s".formatted(what, target.name()));
    }
  }

  @Override
  public void requireOpen() {
    if (closed) {
      throw new JitAllocException(
          Reason.WRONG_STATE, "the target is closed: target=%s".formatted(target.name()));
    }
  }

  private void reclaim() {
    leaks.look();
    recycler.settle();
  }

  /** Frees all blocks of an owner, which cannot allocate any more. May be called again. */
  void freeAllOf(BlockOwner owner) {
    owner.leave();
    List<Block> held = new ArrayList<>();
    spans.forEachBlock(
        block -> {
          if (block.owner().equals(owner)) {
            held.add(block);
          }
        });
    free(owner, held);
    if (owner.departs()) {
      owners.departed(owner);
    }
  }

  private void free(BlockOwner owner, List<Block> held) {
    if (!held.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0} went away without freeing {1} allocations of {2} bytes; they are freed now{3}",
          owner.name(),
          held.size(),
          held.stream().mapToLong(Block::bytes).sum(),
          leaks.stacksOf(owner));
      closeAll(held);
      leaks.forgetFreed();
    }
  }

  /** Frees each, whatever another one throws. */
  private static void closeAll(List<Block> blocks) {
    Throwable first = null;
    for (Block block : blocks) {
      try {
        block.closeQuietly();
      } catch (Throwable failure) {
        first = first == null ? failure : first;
      }
    }
    switch (first) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException failure -> throw failure;
      default -> throw new IllegalStateException(first);
    }
  }

  @Override
  public void free(Block block) {
    recycler.free(block);
  }

  @Nullable Allocation find(long address) {
    Block block = spans.find(address);
    return block != null && address - block.address() < block.bytes() ? block.description() : null;
  }

  Upcall upcall(MethodHandle method, FunctionDescriptor descriptor) {
    requireHost("Java cannot be called");
    return new HostUpcall(recycler::retire, method, descriptor);
  }

  long upcallStackFloor() {
    return target.kind() == Target.Kind.HOST ? UpcallStack.floor() : 0;
  }

  NativeThread nativeThread() {
    return target.kind() == Target.Kind.HOST ? NativeThreads.FOUND : NativeThread.NONE;
  }

  List<String> threadsThatBlockTraps() {
    return target.kind() == Target.Kind.HOST ? NativeThreads.thatBlockTraps() : List.of();
  }

  void afterGracePeriod(Runnable action) {
    requireOpen();
    recycler.retire(action);
  }

  AllocatorStats stats() {
    requireOpen();
    recycler.settleAndTrim();
    List<SlabUse> uses = spans.slabUses();
    ShardUsage usage = owners.sum();
    return new AllocatorStats(
        uses.stream().mapToLong(use -> use.span().bytes()).sum(),
        uses.stream().mapToLong(SlabUse::committedBytes).sum(),
        uses.stream().mapToLong(SlabUse::usedBytes).sum(),
        uses.stream().mapToLong(SlabUse::paddingBytes).sum(),
        uses.stream().mapToLong(SlabUse::freeBytes).sum(),
        uses.stream().mapToLong(SlabUse::pendingBytes).sum(),
        uses.stream().mapToLong(SlabUse::largestFreeBytes).max().orElse(0),
        uses.size(),
        usage.allocations() - usage.frees(),
        usage.allocations(),
        usage.frees(),
        owners.denied(),
        poker.pokes(),
        poker.batches(),
        traps == null ? 0 : traps.carried(),
        Owners.byType(usage));
  }

  List<SlabInfo> slabs() {
    requireOpen();
    recycler.settleAndTrim();
    return spans.slabs();
  }

  List<Allocation> allocations() {
    List<Allocation> live = new ArrayList<>();
    spans.forEachBlock(
        block -> {
          Allocation description = block.description();
          if (description != null) {
            live.add(description);
          }
        });
    live.sort(Comparator.comparing(a -> a.span().start(), Long::compareUnsigned));
    return live;
  }

  /**
   * Frees everything and gives the address space back. Waits for threads that are inside; if they
   * do not leave, the address space stays mapped. May be called again if the system refused
   * something: the rest is given back then.
   */
  @Override
  public synchronized void close() {
    if (givenBack) {
      return;
    }
    closed = true;
    // Allocations that began before this are found below.
    spans.inEachShard(_ -> {});
    boolean left = awaitThreads();
    // The code of the core is in use to the end, and goes with the address space.
    Map<BlockOwner, List<Block>> held = new LinkedHashMap<>();
    spans.forEachBlock(
        block -> held.computeIfAbsent(block.owner(), _ -> new ArrayList<>()).add(block));
    held.remove(core);
    held.forEach(this::free);
    rulebook.leave(owners);
    leaks.close();
    recycler.close();
    if (!left || !awaitThreads()) {
      LOG.log(Level.ERROR, "threads are still running code of {0}; its memory stays", target);
      return;
    }
    if (traps != null && !traps.release()) {
      LOG.log(Level.ERROR, "a signal handler was put over that of {0}; its memory stays", target);
      return;
    }
    spans.close();
    space.close();
    givenBack = true;
  }

  private boolean awaitThreads() {
    long deadline = System.nanoTime() + CLOSE_PATIENCE_MILLIS * 1_000_000;
    while (recycler.settle() > 0) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }
}
