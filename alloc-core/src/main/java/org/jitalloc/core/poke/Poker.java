package org.jitalloc.core.poke;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.Poke;
import org.jitalloc.TextGuard;
import org.jitalloc.TextPoker;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockContext;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.space.AddressSpace;
import org.jspecify.annotations.Nullable;

/**
 * Pokes text: takes the text lock, checks handles and bytes, and executes the plan of the
 * architecture.
 *
 * <p>A poking thread is inside for the {@link GracePeriod}: memory that is freed meanwhile is
 * filled and reused only after the poke.
 */
public final class Poker implements TextPoker {

  private final BlockContext context;
  private final TrapTable traps;
  private final PlanExecutor executor;
  private final Supplier<@Nullable TextPoke> strategies;
  private final Object textLock = new Object();
  private final List<TextGuard> guards = new CopyOnWriteArrayList<>();
  private final LongAdder pokes = new LongAdder();
  private final LongAdder batches = new LongAdder();

  /**
   * Makes it.
   *
   * @param context the target whose text it pokes
   * @param traps the breakpoints of the target
   * @param strategies gives the strategy of the architecture; null while there is none
   */
  public Poker(
      BlockContext context,
      AddressSpace space,
      TrapTable traps,
      Supplier<@Nullable TextPoke> strategies) {
    this.context = context;
    this.traps = traps;
    executor = new PlanExecutor(space, traps);
    this.strategies = strategies;
  }

  /** {@return the number of pokes} */
  public long pokes() {
    return pokes.sum();
  }

  /** {@return the number of batches of pokes} */
  public long batches() {
    return batches.sum();
  }

  private TextPoke strategy() {
    TextPoke strategy = strategies.get();
    if (strategy == null) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "no TextPoke service for this architecture: target=%s arch=%s"
              .formatted(context.target().name(), context.target().arch()));
    }
    return strategy;
  }

  @Override
  public int siteBytes() {
    return strategy().siteBytes();
  }

  @Override
  public byte[] encode(Instruction instruction, long address) {
    return strategy().encode(instruction, address);
  }

  @Override
  public void poke(List<Poke> batch) {
    if (batch.isEmpty()) {
      return;
    }
    TextPoke strategy = strategy();
    GracePeriod.Slot slot = context.grace().enter();
    try {
      synchronized (textLock) {
        List<PokeSite> sites = sites(strategy, batch);
        executor.execute(strategy, sites, breakpoints(strategy, batch));
      }
    } finally {
      GracePeriod.exit(slot);
    }
    pokes.add(batch.size());
    batches.increment();
  }

  private static BreakpointChange breakpoints(TextPoke strategy, List<Poke> batch) {
    List<PokePlan.Trap> coming = new ArrayList<>();
    List<Long> gone = new ArrayList<>();
    for (Poke poke : batch) {
      long address = poke.memory().address() + poke.offset();
      if (poke.replacement() instanceof Instruction.Breakpoint(long detour)) {
        coming.add(redirect(strategy, address, detour));
      } else if (poke.expected() instanceof Instruction.Breakpoint) {
        gone.add(address);
      }
    }
    return coming.isEmpty() && gone.isEmpty()
        ? BreakpointChange.NONE
        : new BreakpointChange(coming, gone);
  }

  private static PokePlan.Trap redirect(TextPoke strategy, long address, long detour) {
    TrapHandler handler =
        strategy
            .trapHandler()
            .orElseThrow(
                () ->
                    new JitAllocException(
                        Reason.UNSUPPORTED, "no trap handler for " + strategy.arch()));
    return new PokePlan.Trap(address, handler.redirect(detour));
  }

  /** {@return the addresses of the breakpoints that stay} */
  public Collection<Long> kept() {
    return traps.keptIn(0, Long.MAX_VALUE);
  }

  /**
   * Forgets the breakpoints in text that was freed: no poke removes them any more, and the place is
   * reused. No thread is inside the text.
   *
   * @param address the first address of the text
   * @param bytes its length
   */
  public void forgetIn(long address, long bytes) {
    if (traps.keptIn(address, bytes).isEmpty()) {
      return;
    }
    synchronized (textLock) {
      traps.forget(List.copyOf(traps.keptIn(address, bytes)));
    }
  }

  /** {@return the sites of a batch in ascending order, also those whose bytes stay the same} */
  private List<PokeSite> sites(TextPoke strategy, List<Poke> batch) {
    List<PokeSite> sites = new ArrayList<>(batch.size());
    for (Poke poke : batch) {
      sites.add(site(strategy, poke));
    }
    sites.sort(Comparator.comparing(PokeSite::address, Long::compareUnsigned));
    sites.forEach(this::requireUnguarded);
    for (int i = 1; i < sites.size(); i++) {
      PokeSite before = sites.get(i - 1);
      PokeSite site = sites.get(i);
      if (site.address() - before.address() < before.oldBytes().length) {
        throw invalid("places overlap: 0x%x and 0x%x".formatted(before.address(), site.address()));
      }
    }
    return sites;
  }

  private void requireUnguarded(PokeSite site) {
    if (guards.isEmpty() || Arrays.equals(site.oldBytes(), site.newBytes())) {
      return;
    }
    for (TextGuard guard : guards) {
      Optional<String> refusal = guard.refusal(site.address(), site.oldBytes().length);
      if (refusal.isPresent()) {
        throw new JitAllocException(
            Reason.WRONG_STATE, "0x%x %s".formatted(site.address(), refusal.get()));
      }
    }
  }

  @Override
  public void addGuard(TextGuard guard) {
    guards.add(guard);
  }

  @Override
  public void removeGuard(TextGuard guard) {
    guards.remove(guard);
  }

  @Override
  public void awaitPokes() {
    synchronized (textLock) {
      // A poke that began before this has released the lock.
    }
  }

  private PokeSite site(TextPoke strategy, Poke poke) {
    Block block = Block.of(poke.memory());
    if (block == null || !block.context().equals(context)) {
      throw invalid("memory of another target: " + poke.memory());
    }
    if (!block.type().isText() || block.state() != JitMemory.State.LIVE) {
      throw new JitAllocException(
          Reason.WRONG_STATE, "only live text can be poked: %s".formatted(block));
    }
    if (poke.offset() < 0 || poke.offset() >= block.bytes()) {
      throw invalid("offset %d is not inside %s".formatted(poke.offset(), block));
    }
    long address = block.address() + poke.offset();
    byte[] oldBytes = strategy.encode(poke.expected(), address);
    byte[] newBytes = strategy.encode(poke.replacement(), address);
    if (oldBytes.length != newBytes.length || oldBytes.length == 0) {
      throw invalid(
          "an instruction of %d bytes cannot be replaced by one of %d: at 0x%x"
              .formatted(oldBytes.length, newBytes.length, address));
    }
    if (oldBytes.length > block.bytes() - poke.offset()) {
      throw invalid(
          "offset %d, %d bytes, is not inside %s".formatted(poke.offset(), oldBytes.length, block));
    }
    block.changed(poke.offset(), newBytes.length);
    return new PokeSite(address, oldBytes, newBytes);
  }

  private static JitAllocException invalid(String message) {
    return new JitAllocException(Reason.INVALID_REQUEST, message);
  }
}
