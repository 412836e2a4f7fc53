package org.jitalloc.arch.x86.poke;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Step;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;

/** Plans a batch of changes by breakpoints. */
public final class Int3Planner {
  /*
   * Policy: the order that the kernel uses [1] and that Intel and AMD accept for code that runs
   * meanwhile:
   *   1. INT3 over the first byte of every site; sync. From here on no thread enters an old
   *   instruction, so its rest is dead.
   *   2. everything behind the first bytes; sync. New instructions are whole but for their first
   *   byte.
   *   3. the first byte of every new instruction; sync. From here on no thread sees an INT3 of
   *   ours.
   * Whatever the size of the batch, these are three syncs at most. A step that writes nothing is
   * left out, and its sync with it: step 1 for a site that is an INT3 already, 2 where only the
   * first byte changes, 3 where the new byte is INT3. A site whose first byte alone changes still
   * goes over INT3: a one-byte store is atomic, but processors are only known to accept INT3 in the
   * place of an instruction that others may be fetching.
   * Invariant: at any moment a site begins with INT3, or is the whole old or the whole new
   * instruction.
   * Traps: every site that is INT3 on the way has a record, which does what the new instruction
   * does. Only where the new instruction is itself an INT3 there is none: its trap is someone
   * else's from the first moment.
   * [1] Linux arch/x86/kernel/alternative.c, smp_text_poke_batch_finish: behaviour, as of v6.16
   */
  private static final byte INT3 = (byte) 0xcc;

  private Int3Planner() {}

  /** Plans a batch, as {@link org.jitalloc.arch.TextPoke#plan} specifies. */
  public static PokePlan plan(List<PokeSite> sites) {
    sites.forEach(Int3Planner::check);
    var steps = new ArrayList<Step>();
    addStep(
        steps,
        sites.stream().filter(s -> s.oldBytes()[0] != INT3).map(s -> firstByte(s, INT3)).toList());
    addStep(steps, sites.stream().filter(Int3Planner::tailChanges).map(Int3Planner::tail).toList());
    addStep(
        steps,
        sites.stream()
            .filter(s -> s.newBytes()[0] != INT3)
            .map(s -> firstByte(s, s.newBytes()[0]))
            .toList());
    var traps = sites.stream().filter(s -> s.newBytes()[0] != INT3).map(Int3Planner::trap).toList();
    return new PokePlan(steps, traps);
  }

  private static void check(PokeSite site) {
    int bytes = site.newBytes().length;
    if (bytes == 0
        || bytes > SiteEncoder.MAX_INSTRUCTION_BYTES
        || bytes != site.oldBytes().length) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "an instruction of 1 to 15 bytes can be replaced by one of the same length: address=0x%x oldBytes=%d newBytes=%d"
              .formatted(site.address(), site.oldBytes().length, bytes));
    }
  }

  private static void addStep(List<Step> steps, List<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    steps.addAll(writes);
    steps.add(new Sync());
  }

  private static Write firstByte(PokeSite site, byte value) {
    return new Write(site.address(), new byte[] {value});
  }

  private static boolean tailChanges(PokeSite site) {
    int bytes = site.newBytes().length;
    return !Arrays.equals(site.oldBytes(), 1, bytes, site.newBytes(), 1, bytes);
  }

  private static Write tail(PokeSite site) {
    return new Write(
        site.address() + 1, Arrays.copyOfRange(site.newBytes(), 1, site.newBytes().length));
  }

  private static Trap trap(PokeSite site) {
    return new Trap(site.address(), Emulation.of(site.newBytes(), site.address()).record());
  }
}
