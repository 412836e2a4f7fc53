package org.jitalloc.core.memory;

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
import org.jitalloc.OwnerUse;
import org.jitalloc.SlabInfo;
import org.jitalloc.Target;
import org.jitalloc.Upcall;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.host.CpuFeatures;
import org.jitalloc.core.host.HostSpace;
import org.jitalloc.core.image.ModelSpace;
import org.jitalloc.core.poke.TrapTable;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a target: gives blocks out, finds them, takes them back.
 *
 * <p>Life of a block's place: taken from its zone (trap-filled or zero, as all free memory is) →
 * given to the {@link Recycler} when the block is freed, and by it to others.
 *
 * <p>Locks, in this order: the text lock of {@link Poker} → a block's monitor → the monitors of
 * {@link Rulebook} and {@link Owners} → the lock of a shard → that of a {@link Ledger}; the queue
 * of {@link GracePeriod} is locked alone.
 */
public final class TargetMemory implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger("org.jitalloc");
  private static final String CORE = "org.jitalloc.core";
  private static final long CLOSE_PATIENCE_MILLIS = 10_000;

  private final Target target;
  private final Arch arch;
  private final AddressSpace space;
  private final Optional<ImageMemory> image;
  private final Places places;
  private final GracePeriod grace;
  private final Poker poker;
  private final @Nullable HostTraps traps;
  private final Rulebook rulebook;
  private final Owners owners;
  private final Owner core;
  private final Admission admission;
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
    places = new Places(target, arch, space, runs ? Runtime.getRuntime().availableProcessors() : 1);
    this.rulebook = rulebook;
    owners = new Owners(this, places, rulebook, host == null ? () -> "" : host::modeName);
    core = owners.addCore(CORE);
    admission = new Admission(target, places, rulebook, this::reclaim);
    grace = new GracePeriod(host == null ? null : host::barrier);
    leaks = new Leaks(target.name(), policy, runs);
    traps = host == null ? null : newTraps(host);
    poker = new Poker(this, space, traps == null ? TrapTable.NOTHING_RUNS : traps, strategies);
    recycler = new Recycler(target.name(), arch, space, places, grace, poker, runs);
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
   * @param space the memory; it is the target's from now on, and closed if this fails
   * @param policy which allocations are watched for being lost
   * @param rulebook the rules that hold on it, and perhaps on others; only if it is the target's
   *     own may the target be lost without being closed
   * @param strategies gives the architecture's way of poking, as long as there is one
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
   * @param seed what random choices are drawn from
   * @param policy which allocations are watched for being lost
   * @param rulebook the rules that hold on it, and perhaps on others; only if it is the target's
   *     own may the target be lost without being closed
   * @param strategies gives the architecture's way of poking, as long as there is one
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
                  admission.allocate(core, AllocationRequest.of(ModMemType.TEXT, code.length));
              memory.write(0, code);
              memory.publish();
              host.useCacheFlush(memory.address());
            });
  }

  /**
   * Gives the target as an owner uses it.
   *
   * @param name the owner's name
   * @return the allocator; close it to free what the owner holds
   */
  public OwnerAllocator allocatorFor(String name) {
    return new OwnerAllocator(this, owners.add(name));
  }

  /** {@return what this target is} */
  public Target target() {
    return target;
  }

  AddressSpace space() {
    return space;
  }

  Optional<ImageMemory> image() {
    return image;
  }

  GracePeriod grace() {
    return grace;
  }

  Poker poker() {
    return poker;
  }

  Leaks leaks() {
    return leaks;
  }

  Owner core() {
    return core;
  }

  Places places() {
    return places;
  }

  Rulebook rulebook() {
    return rulebook;
  }

  Admission admission() {
    return admission;
  }

  List<OwnerUse> owners() {
    return owners.uses();
  }

  void requireHost(String what) {
    if (target.kind() != Target.Kind.HOST) {
      throw new JitAllocException(
          Reason.UNSUPPORTED, "%s in an image: target=%s".formatted(what, target.name()));
    }
  }

  void requireOpen() {
    if (closed) {
      throw new JitAllocException(
          Reason.WRONG_STATE, "the target is closed: target=%s".formatted(target.name()));
    }
  }

  private void reclaim() {
    leaks.look();
    recycler.settle();
  }

  /** Frees all that an owner holds. It cannot allocate from now on. May be called again. */
  void freeAllOf(Owner owner) {
    owner.leave();
    List<Block> held = new ArrayList<>();
    places.forEachBlock(
        block -> {
          if (block.owner() == owner) {
            held.add(block);
          }
        });
    free(owner, held);
    if (owner.departs()) {
      owners.departed(owner);
    }
  }

  private void free(Owner owner, List<Block> held) {
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

  /** Makes the pages of a block read-only. They are its own. */
  void seal(Block block) {
    space.protect(block.address(), block.spanBytes(), PageProtection.RO);
  }

  /**
   * Takes a block back that nobody will use any more, except threads that are inside.
   *
   * @throws JitAllocException WRONG_STATE if that was done before
   */
  void free(Block block) {
    recycler.free(block);
  }

  @Nullable Allocation find(long address) {
    Block block = places.find(address);
    return block != null && address - block.address() < block.bytes() ? block.description() : null;
  }

  Upcall upcall(MethodHandle method, FunctionDescriptor descriptor) {
    requireHost("Java cannot be called");
    return new HostUpcall(recycler::retire, method, descriptor);
  }

  long upcallStackFloor() {
    return target.kind() == Target.Kind.HOST ? UpcallStack.floor() : 0;
  }

  void afterGracePeriod(Runnable action) {
    requireOpen();
    recycler.retire(action);
  }

  AllocatorStats stats() {
    requireOpen();
    recycler.settleAndTrim();
    return places.stats(owners.sum(), owners.denied(), poker, traps == null ? 0 : traps.carried());
  }

  List<SlabInfo> slabs() {
    requireOpen();
    recycler.settleAndTrim();
    return places.slabs();
  }

  List<Allocation> allocations() {
    List<Allocation> live = new ArrayList<>();
    places.forEachBlock(
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
   * do not come out, the address space stays where it is rather than being pulled from under them.
   * May be called again if the system refused something: what is left is given back then.
   */
  @Override
  public synchronized void close() {
    if (givenBack) {
      return;
    }
    closed = true;
    // Allocations that began before are found after this.
    places.inEachShard(_ -> {});
    boolean left = everyoneLeaves();
    // The core's own code is in use to the end, and goes with the address space.
    Map<Owner, List<Block>> held = new LinkedHashMap<>();
    places.forEachBlock(
        block -> held.computeIfAbsent(block.owner(), _ -> new ArrayList<>()).add(block));
    held.remove(core);
    held.forEach(this::free);
    rulebook.leave(owners);
    leaks.close();
    recycler.close();
    if (!left || !everyoneLeaves()) {
      LOG.log(Level.ERROR, "threads are still running code of {0}; its memory stays", target);
      return;
    }
    if (traps != null && !traps.release()) {
      LOG.log(Level.ERROR, "a signal handler was put over that of {0}; its memory stays", target);
      return;
    }
    places.close();
    space.close();
    givenBack = true;
  }

  private boolean everyoneLeaves() {
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
