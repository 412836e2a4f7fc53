package org.jitalloc.core.poke;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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
   * Changes places.
   *
   * @param strategy the architecture's
   * @param sites the places, in ascending order, none overlapping another
   * @throws JitAllocException if the architecture cannot, something else stands there, or a write
   *     failed; nothing is changed then
   */
  public void execute(TextPoke strategy, List<PokeSite> sites) {
    PokePlan plan = strategy.plan(sites);
    for (PokeSite site : sites) {
      check(site.address(), site.oldBytes(), "expected");
    }
    try {
      carryOut(strategy, plan);
    } catch (RuntimeException failure) {
      undo(strategy, sites, failure);
      throw failure;
    }
    for (PokeSite site : sites) {
      check(site.address(), site.newBytes(), "wrote");
    }
  }

  private void carryOut(TextPoke strategy, PokePlan plan) {
    boolean trapping = !plan.traps().isEmpty();
    if (trapping) {
      traps.arm(strategy.trapHandler().orElseThrow(), plan.traps());
    }
    for (PokePlan.Step step : plan.steps()) {
      switch (step) {
        case PokePlan.Write(long address, byte[] bytes) -> {
          space.write(address, bytes);
          space.makeCoherent(address, bytes.length);
        }
        case PokePlan.Sync() -> space.sync();
      }
    }
    if (trapping) {
      traps.disarm();
    }
  }

  /** Traps stay armed if this fails too: a thread that meets one is then carried over for good. */
  private void undo(TextPoke strategy, List<PokeSite> sites, RuntimeException failure) {
    List<PokeSite> back =
        sites.stream().map(s -> new PokeSite(s.address(), s.newBytes(), s.oldBytes())).toList();
    try {
      carryOut(strategy, strategy.plan(back));
    } catch (RuntimeException again) {
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
