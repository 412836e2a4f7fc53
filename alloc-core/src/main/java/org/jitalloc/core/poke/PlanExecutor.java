package org.jitalloc.core.poke;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.core.space.AddressSpace;

/**
 * Changes live code by an architecture's plan. One thread at a time: the caller has the text lock.
 *
 * <p>If a step fails, what was done is undone by the plan for the way back, so that the code is as
 * it was.
 */
public final class PlanExecutor {

  private final AddressSpace space;
  private final TrapTable traps;

  /**
   * Makes it.
   *
   * @param space where the code is
   * @param traps what carries threads over
   */
  public PlanExecutor(AddressSpace space, TrapTable traps) {
    this.space = space;
    this.traps = traps;
  }

  /**
   * Changes places. Breakpoints are known from before they are written until after they are gone.
   *
   * @param strategy the architecture's
   * @param sites the places whose bytes change, in ascending order, none overlapping another
   * @param breakpoints what becomes of breakpoints by it
   * @throws JitAllocException if the architecture cannot, something else stands there, or a write
   *     failed; nothing is changed then
   */
  public void execute(TextPoke strategy, List<PokeSite> sites, BreakpointChange breakpoints) {
    Map<Long, PokePlan.Trap> replaced = Map.of();
    if (!breakpoints.coming().isEmpty()) {
      replaced = traps.keep(strategy.trapHandler().orElseThrow(), breakpoints.coming());
    }
    if (!sites.isEmpty()) {
      change(strategy, sites, new Coming(breakpoints.coming(), replaced));
    }
    if (!breakpoints.gone().isEmpty()) {
      traps.forget(breakpoints.gone());
    }
  }

  /** Breakpoints that are known already, and what was known before. */
  private record Coming(List<PokePlan.Trap> breakpoints, Map<Long, PokePlan.Trap> replaced) {}

  private void change(TextPoke strategy, List<PokeSite> sites, Coming coming) {
    PokePlan plan;
    try {
      plan = strategy.plan(sites);
      sites.forEach(site -> check(site.address(), site.oldBytes(), "expected"));
      arm(strategy, plan);
    } catch (RuntimeException failure) {
      traps.restore(coming.breakpoints(), coming.replaced());
      throw failure;
    }
    try {
      carryOut(plan);
      sites.forEach(site -> check(site.address(), site.newBytes(), "wrote"));
    } catch (RuntimeException failure) {
      undo(strategy, sites, coming, failure);
      throw failure;
    }
  }

  private void arm(TextPoke strategy, PokePlan plan) {
    if (!plan.traps().isEmpty()) {
      traps.arm(strategy.trapHandler().orElseThrow(), plan.traps());
    }
  }

  private void carryOut(PokePlan plan) {
    for (PokePlan.Step step : plan.steps()) {
      switch (step) {
        case PokePlan.Write(long address, byte[] bytes) -> {
          space.write(address, bytes);
          space.makeCoherent(address, bytes.length);
        }
        case PokePlan.Sync() -> space.sync();
      }
    }
    if (!plan.traps().isEmpty()) {
      traps.disarm();
    }
  }

  /**
   * Goes the way back. If that fails too, nobody knows which of the places trap: whatever a thread
   * may meet there stays known, so that it is carried over for good.
   */
  private void undo(
      TextPoke strategy, List<PokeSite> sites, Coming coming, RuntimeException failure) {
    List<PokeSite> back =
        sites.stream().map(s -> new PokeSite(s.address(), s.newBytes(), s.oldBytes())).toList();
    try {
      PokePlan plan = strategy.plan(back);
      arm(strategy, plan);
      carryOut(plan);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
      traps.settle(coming.breakpoints(), coming.replaced());
      return;
    }
    traps.restore(coming.breakpoints(), coming.replaced());
  }

  private void check(long address, byte[] wanted, String word) {
    byte[] found = space.read(address, wanted.length);
    if (!Arrays.equals(found, wanted)) {
      HexFormat hex = HexFormat.of();
      throw new JitAllocException(
          Reason.TEXT_MISMATCH,
          "at 0x%x: %s %s, found %s"
              .formatted(address, word, hex.formatHex(wanted), hex.formatHex(found)));
    }
  }
}
