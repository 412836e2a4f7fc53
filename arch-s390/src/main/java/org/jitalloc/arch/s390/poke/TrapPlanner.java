package org.jitalloc.arch.s390.poke;

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
import org.jspecify.annotations.Nullable;

/** Plans a batch of changes: by one store if possible, else by an illegal instruction as a trap. */
public final class TrapPlanner {
  /*
   * Policy. What one store can do is done by one store:
   *   a. Only the second byte changes, and it is the mask of a relative branch (brcl c0 04 <-> c0
   *   f4, brc a7 04 <-> a7 f4):
   *      that byte. It is the one change of running code that the kernel makes [1] and that needs
   *      no belief about how instructions are fetched.
   *   b. All that changes lies in one halfword: that halfword. Instructions are made of aligned
   *   halfwords, and a store of an
   *      aligned halfword is seen whole [2]; what stands around it is the same in both
   *      instructions, which are of one length, so a processor sees the one or the other. No wider
   *      store is used so: an instruction may be fetched in pieces [2], and only of a halfword no
   *      piece is left. (A doubleword would reach beyond the site anyway.) So a breakpoint of
   *      others (00 02) may be put over the first halfword of a longer instruction, and taken away.
   * All else goes over a trap, the whole batch at once:
   *   1. TRAP over the first halfword of each site; sync. From here on no thread enters an old
   *   instruction.
   *   2. everything behind the first halfwords; sync.
   *   3. the first halfwords of the new instructions, and the stores of a and b; sync.
   * A step that writes nothing is left out with its sync. A site that is or becomes TRAP itself has
   * two bytes: one store. A breakpoint of others with what is left of its instruction becomes a
   * jump like any instruction, and back: TRAP stands in its place meanwhile.
   * TRAP is 00 6a: operation codes that begin with a byte of 0 are illegal and have two bytes.
   * Others use 00 00 (emulators, and what fills unused memory here), 00 01 (debuggers) and 00 02
   * (the kernel's probes): with one of these, the trap of a place in change could not be told from
   * theirs.
   * Invariant: at any moment a site begins with TRAP, or is the whole old or the whole new
   * instruction.
   * [1] Linux arch/s390 ftrace, behaviour since v5.15
   * [2] z/Architecture Principles of Operation, SA22-7832, chapter 5, "Block-Concurrent References"
   * and "Instruction Fetch"
   */
  static final int TRAP_HALFWORD = 0x006a;

  /** The first byte of two-byte illegal instructions. */
  private static final byte ILLEGAL = 0;

  private static final byte[] TRAP = {0x00, TRAP_HALFWORD};

  private static final int HALFWORD = 2;

  private static final int FORM = 0x0f;

  private TrapPlanner() {}

  /** Plans a batch, as {@link org.jitalloc.arch.TextPoke#plan} specifies. */
  public static PokePlan plan(List<PokeSite> sites) {
    sites.forEach(TrapPlanner::check);
    var byTrap = sites.stream().filter(s -> oneStore(s) == null).toList();
    var steps = new ArrayList<Step>();
    addStep(steps, byTrap.stream().map(s -> head(s, TRAP)).toList());
    addStep(
        steps, byTrap.stream().filter(TrapPlanner::tailChanges).map(TrapPlanner::tail).toList());
    addStep(steps, sites.stream().map(TrapPlanner::last).toList());
    var traps = byTrap.stream().map(TrapPlanner::trap).toList();
    return new PokePlan(steps, traps);
  }

  private static void check(PokeSite site) {
    byte[] before = site.oldBytes();
    byte[] after = site.newBytes();
    if (before.length != after.length
        || !(SiteEncoder.isSite(before) && SiteEncoder.isSite(after)
            || isTrapForHead(before, after))
        || site.address() % HALFWORD != 0) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "an instruction of 2, 4 or 6 bytes at an even address can be replaced by one of the same length, or its first halfword by a trap: address=0x%x oldBytes=%d newBytes=%d"
              .formatted(site.address(), before.length, after.length));
    }
  }

  /**
   * {@return whether a trap replaces the first halfword of a longer instruction, or the reverse}
   */
  private static boolean isTrapForHead(byte[] before, byte[] after) {
    return before.length == HALFWORD && (before[0] == ILLEGAL || after[0] == ILLEGAL);
  }

  /** {@return the single store that makes the change, or null} */
  private static @Nullable Write oneStore(PokeSite site) {
    byte[] before = site.oldBytes();
    byte[] after = site.newBytes();
    int first = Arrays.mismatch(before, after);
    int last = after.length - 1;
    while (before[last] == after[last]) {
      last--;
    }
    if (first == 1 && last == 1 && isMask(before) && isMask(after)) {
      return new Write(site.address() + 1, new byte[] {after[1]});
    }
    if (first / HALFWORD != last / HALFWORD) {
      return null;
    }
    int from = first & -HALFWORD;
    return new Write(site.address() + from, Arrays.copyOfRange(after, from, from + HALFWORD));
  }

  /** {@return whether the second byte is the mask and the operation of a relative branch} */
  private static boolean isMask(byte[] code) {
    boolean relative = code[0] == (byte) 0xc0 || code[0] == (byte) 0xa7;
    return relative && (code[1] & FORM) == Emulation.BRANCH_FORM;
  }

  private static void addStep(List<Step> steps, List<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    steps.addAll(writes);
    steps.add(new Sync());
  }

  /** {@return the store that completes the new instruction} */
  private static Write last(PokeSite site) {
    var store = oneStore(site);
    return store != null ? store : head(site, site.newBytes());
  }

  private static Write head(PokeSite site, byte[] code) {
    return new Write(site.address(), Arrays.copyOf(code, HALFWORD));
  }

  private static boolean tailChanges(PokeSite site) {
    int bytes = site.newBytes().length;
    return !Arrays.equals(site.oldBytes(), HALFWORD, bytes, site.newBytes(), HALFWORD, bytes);
  }

  private static Write tail(PokeSite site) {
    return new Write(
        site.address() + HALFWORD,
        Arrays.copyOfRange(site.newBytes(), HALFWORD, site.newBytes().length));
  }

  private static Trap trap(PokeSite site) {
    return new Trap(site.address(), Emulation.of(site.newBytes(), site.address()).record());
  }
}
