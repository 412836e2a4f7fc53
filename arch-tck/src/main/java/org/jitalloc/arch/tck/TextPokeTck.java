package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.junit.jupiter.api.Test;

/**
 * At every moment of every plan, a thread executes the old instruction, the new one, or a trap that
 * the handler knows; shown by a model of what a processor may fetch.
 */
public abstract class TextPokeTck {
  private static final int BATCHES = 1000;
  private static final int MAX_BATCH = 40;

  /** However many sites a batch has. */
  private static final int MOST_SYNCS = 4;

  private static final long TEXT = 0x7f00_0000_0000L;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** For extension. */
  protected TextPokeTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  /** {@return its strategy of poking} */
  protected abstract TextPoke poke();

  /**
   * Tells whether code traps by what the plans put there.
   *
   * @param unit the first bytes of an instruction, as many as instructions are aligned to
   * @return whether a thread that fetches them traps, whatever follows
   */
  protected abstract boolean traps(byte[] unit);

  /**
   * Tells whether the manual lets an instruction be replaced by another while processors execute it
   * and without a sync in between.
   *
   * @param before the whole instruction that was there
   * @param after the whole instruction that comes
   * @return whether a processor that meets one and then the other does nothing else
   */
  protected abstract boolean replaceableAtOnce(byte[] before, byte[] after);

  /**
   * Draws a change.
   *
   * @param from what to draw from
   * @return two instructions of one length
   */
  protected abstract Change change(Random from);

  /**
   * A change of one instruction.
   *
   * @param before what was there
   * @param after what comes
   */
  public record Change(byte[] before, byte[] after) {}

  @Test
  final void plan_anyBatch_showsOldNewOrTrap() {
    int planned = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      var sites = new ArrayList<PokeSite>();
      long address = TEXT;
      int count = 1 + random.nextInt(MAX_BATCH);
      for (int i = 0; i < count; i++) {
        address += (long) random.nextInt(8) * arch().instructionAlignBytes();
        var change = change(random);
        if (Arrays.equals(change.before, change.after)) continue;
        sites.add(new PokeSite(address, change.before, change.after));
        address += change.before.length;
      }
      if (!sites.isEmpty() && check(sites)) planned++;
    }
    assertTrue(planned > BATCHES / 2, "planned %d of %d batches".formatted(planned, BATCHES));
  }

  /** What a site can hold can be changed into whatever else it can hold. */
  @Test
  final void plan_eachOfNopJumpAndCall_intoEachOther() {
    for (int i = 0; i < BATCHES; i++) {
      long address = TEXT + (long) random.nextInt(1 << 20) * arch().instructionAlignBytes();
      byte[] before = poke().encode(instruction(address), address);
      byte[] after = poke().encode(instruction(address), address);
      assertEquals(poke().siteBytes(), before.length);
      assertEquals(poke().siteBytes(), after.length);
      if (Arrays.equals(before, after)) continue;
      assertTrue(check(List.of(new PokeSite(address, before, after))), "refused, seed " + seed);
    }
  }

  private Instruction instruction(long address) {
    return switch (random.nextInt(3)) {
      case 0 -> new Instruction.Nop();
      case 1 -> new Instruction.Jump(target(address));
      default -> new Instruction.Call(target(address));
    };
  }

  /** Anywhere within the reach that the architecture claims. */
  private long target(long address) {
    long reach = arch().directCallReachBytes() - poke().siteBytes();
    long distance = (random.nextLong() >> 1) % reach;
    return address + distance & -arch().instructionAlignBytes();
  }

  /** Plans and follows a batch. {@return false if the architecture does not do such changes} */
  private boolean check(List<PokeSite> sites) {
    PokePlan plan;
    try {
      plan = poke().plan(sites);
    } catch (JitAllocException refused) {
      assertEquals(Reason.UNSUPPORTED, refused.reason(), refused.getMessage());
      return false;
    }
    var trapped = new ArrayList<Long>();
    for (var site : sites) {
      try {
        boolean met = new FetchModel(site, arch().instructionAlignBytes(), this).follow(plan);
        if (met) trapped.add(site.address());
      } catch (AssertionError wrong) {
        throw new AssertionError(wrong.getMessage() + ", seed " + seed, wrong);
      }
    }
    long syncs = plan.steps().stream().filter(Sync.class::isInstance).count();
    assertTrue(syncs <= MOST_SYNCS, "%d syncs for %d sites".formatted(syncs, sites.size()));
    checkTraps(plan, sites, trapped);
    return true;
  }

  private void checkTraps(PokePlan plan, List<PokeSite> sites, List<Long> trapped) {
    var known = plan.traps().stream().map(Trap::address).toList();
    assertTrue(known.containsAll(trapped), "a trap that nobody knows, seed " + seed);
    assertEquals(known.stream().sorted().distinct().toList(), known, "not in ascending order");
    assertTrue(sites.stream().map(PokeSite::address).toList().containsAll(known), "of no site");
    if (known.isEmpty()) return;
    int recordBytes = poke().trapHandler().orElseThrow().recordBytes() - Long.BYTES;
    for (var trap : plan.traps()) assertEquals(recordBytes, trap.record().length);
  }

  @Test
  final void encode_atTheEndsOfTheReach_orIsRefused() {
    long reach = arch().directCallReachBytes();
    int unit = arch().instructionAlignBytes();
    for (long distance : new long[] {reach - 2L * unit, -reach + 2L * poke().siteBytes()}) {
      assertEquals(poke().siteBytes(), encodeJump(distance & -unit).length);
    }
    for (long distance : new long[] {reach + 64, -reach - 64, Long.MIN_VALUE, 1L << 40}) {
      var e = assertThrows(JitAllocException.class, () -> encodeJump(distance));
      assertEquals(Reason.UNREACHABLE, e.reason());
      String to = "0x%x".formatted(TEXT + distance);
      assertTrue(String.valueOf(e.getMessage()).contains(to), () -> to + " is not in: " + e);
    }
  }

  private byte[] encodeJump(long distance) {
    return poke().encode(new Instruction.Jump(TEXT + distance), TEXT);
  }

  @Test
  final void encode_raw_isItself() {
    for (int i = 0; i < 100; i++) {
      byte[] code = change(random).before;
      assertArrayEquals(code, poke().encode(new Instruction.Raw(code), TEXT));
    }
  }
}
