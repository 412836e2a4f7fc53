package org.jitalloc.arch.arm64.poke;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Step;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;

/** Plans a batch of changes: by one store if the architecture allows it, else by breakpoints. */
public final class BrkPlanner {
  /*
   * Policy: an instruction is one aligned word, and a store of it is seen whole or not at all.
   * Where both words are of the kind that may replace each other while they are executed (Arm ARM,
   * B2.2.5), that store is all. Anything else goes
   *   1. BRK over every such site; sync. From here on no thread executes or holds an old
   *   instruction.
   *   2. the new word of every site, of the other sites too; sync.
   * A site where a BRK stands already, or is to stand, needs no other on its way.
   * What the architecture leaves open: from an instruction that is not of that kind to BRK and from
   * BRK to one, a processor that executes the place in that moment is only said to do something it
   * may do at its level. Every debugger relies on it being the old or the new word; fetches are of
   * whole words, so no mixture of the two is ever there to be fetched.
   * Invariant: at any moment a site is the whole old word, the whole new one, or our BRK; never old
   * and new in one epoch unless both are of that kind, or one of them is a BRK.
   * Traps: each site that is our BRK on the way has a record, which does what the new instruction
   * does.
   */
  private BrkPlanner() {}

  /** Plans a batch, as {@link org.jitalloc.arch.TextPoke#plan} specifies. */
  public static PokePlan plan(List<PokeSite> sites) {
    sites.forEach(BrkPlanner::check);
    var trapping = sites.stream().filter(BrkPlanner::needsBreakpoint).toList();
    var steps = new ArrayList<Step>();
    byte[] breakpoint = PokedWord.bytes(PokedWord.OUR_BRK);
    addStep(steps, trapping.stream().map(s -> new Write(s.address(), breakpoint)).toList());
    addStep(steps, sites.stream().map(s -> new Write(s.address(), s.newBytes())).toList());
    return new PokePlan(steps, trapping.stream().map(BrkPlanner::trap).toList());
  }

  private static void check(PokeSite site) {
    boolean words =
        site.oldBytes().length == PokedWord.BYTES && site.newBytes().length == PokedWord.BYTES;
    if (!words || site.address() % PokedWord.BYTES != 0) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "one aligned instruction of 4 bytes can be replaced by another: address=0x%x oldBytes=%d newBytes=%d"
              .formatted(site.address(), site.oldBytes().length, site.newBytes().length));
    }
  }

  private static boolean needsBreakpoint(PokeSite site) {
    int before = PokedWord.of(site.oldBytes());
    int after = PokedWord.of(site.newBytes());
    boolean atOnce = PokedWord.isReplaceable(before) && PokedWord.isReplaceable(after);
    return !atOnce && !PokedWord.isBreakpoint(before) && !PokedWord.isBreakpoint(after);
  }

  private static void addStep(List<Step> steps, List<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    steps.addAll(writes);
    steps.add(new Sync());
  }

  private static Trap trap(PokeSite site) {
    var emulation = Emulation.of(PokedWord.of(site.newBytes()), site.address());
    return new Trap(site.address(), emulation.record());
  }
}
