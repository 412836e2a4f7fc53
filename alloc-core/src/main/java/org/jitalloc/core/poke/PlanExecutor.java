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
 * Changes live code by the plan of an architecture. Not thread-safe: the caller holds the text
 * lock.
 *
 * <p>If a step throws, an {@link Error} included, the plan of the opposite change is executed and
 * the records of breakpoints are restored, so that code and records are as before.
 */
public final class PlanExecutor {

  private final AddressSpace space;
  private final TrapTable traps;

  /**
   * Makes an executor.
   *
   * @param space the address space of the code
   * @param traps the records of the trap handler
   */
  public PlanExecutor(AddressSpace space, TrapTable traps) {
    this.space = space;
    this.traps = traps;
  }

  /**
   * Changes sites. A breakpoint has its record from before it is written until after it is
   * overwritten.
   *
   * @param strategy plans the change
   * @param sites what is expected and what is written, in ascending order without overlap. A site
   *     whose old and new bytes are equal is checked but not written
   * @param breakpoints which breakpoints the change adds and removes
   * @throws JitAllocException if the architecture cannot make the change, a site does not hold its
   *     old bytes, or a write failed; nothing is changed then
   */
  public void execute(TextPoke strategy, List<PokeSite> sites, BreakpointChange breakpoints) {
    List<PokeSite> changing =
        sites.stream().filter(site -> !Arrays.equals(site.oldBytes(), site.newBytes())).toList();
    PokePlan plan =
        changing.isEmpty() ? new PokePlan(List.of(), List.of()) : strategy.plan(changing);
    sites.forEach(site -> check(site.address(), site.oldBytes(), "expected"));
    Map<Long, PokePlan.Trap> before = traps.kept(breakpoints.addresses());
    try {
      if (!breakpoints.coming().isEmpty()) {
        traps.keep(strategy.trapHandler().orElseThrow(), breakpoints.coming());
      }
      arm(strategy, plan);
    } catch (RuntimeException | Error failure) {
      restore(breakpoints, before, failure);
      throw failure;
    }
    try {
      carryOut(plan);
      changing.forEach(site -> check(site.address(), site.newBytes(), "wrote"));
      if (!breakpoints.gone().isEmpty()) {
        traps.forget(breakpoints.gone());
      }
    } catch (RuntimeException | Error failure) {
      undo(strategy, changing, breakpoints, before, failure);
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
   * Makes the opposite change. If that fails too, it is unknown which sites trap: the records of
   * all of them stay, so that a thread that traps there is still carried over.
   */
  private void undo(
      TextPoke strategy,
      List<PokeSite> sites,
      BreakpointChange breakpoints,
      Map<Long, PokePlan.Trap> before,
      Throwable failure) {
    try {
      if (!sites.isEmpty()) {
        PokePlan plan = strategy.plan(sites.stream().map(PlanExecutor::opposite).toList());
        keepAgain(strategy, breakpoints.gone(), before);
        arm(strategy, plan);
        carryOut(plan);
      }
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
      settle(breakpoints, before, failure);
      return;
    }
    restore(breakpoints, before, failure);
  }

  /** Breakpoints that are about to be written again need their records first. */
  private void keepAgain(TextPoke strategy, List<Long> gone, Map<Long, PokePlan.Trap> before) {
    List<PokePlan.Trap> records =
        gone.stream().filter(before::containsKey).map(before::get).toList();
    if (!records.isEmpty()) {
      traps.keep(strategy.trapHandler().orElseThrow(), records);
    }
  }

  private static PokeSite opposite(PokeSite site) {
    return new PokeSite(site.address(), site.newBytes(), site.oldBytes());
  }

  private void settle(
      BreakpointChange breakpoints, Map<Long, PokePlan.Trap> before, Throwable failure) {
    try {
      traps.settle(breakpoints.coming(), before);
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
    }
  }

  private void restore(
      BreakpointChange breakpoints, Map<Long, PokePlan.Trap> before, Throwable failure) {
    try {
      traps.restore(breakpoints.addresses(), before);
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
    }
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
