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
 * At every moment of every plan, a thread executes the old code, the new code, or a trap that the
 * handler knows, also a thread that was preempted between two instructions of a site. {@link
 * FetchModel} models the instruction fetches of a processor.
 */
public abstract class TextPokeTck {
  private static final int BATCHES = 1000;
  private static final int MAX_BATCH = 40;

  /** The limit for a batch of any size. */
  private static final int MOST_SYNCS = 4;

  private static final long TEXT = 0x7f00_0000_0000L;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** For subclasses. */
  protected TextPokeTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  /** {@return its planner of pokes} */
  protected abstract TextPoke poke();

  /**
   * Tests whether code is a trap of the plans.
   *
   * @param unit the first bytes of an instruction, as many as the alignment of instructions
   * @return whether a thread that fetches them traps, whatever follows
   */
  protected abstract boolean traps(byte[] unit);

  /**
   * Returns the length of an instruction. A thread may be preempted after each instruction of a
   * site. By default, every unit is an instruction, which is the strictest assumption.
   *
   * @param unit the first bytes of an instruction, as many as the alignment of instructions
   * @param siteBytes the bytes from there to the end of the site
   * @return the length of the instruction in bytes, a multiple of the alignment; more than {@code
   *     siteBytes} is reported as an error of the plan
   */
  protected int instructionBytes(byte[] unit, int siteBytes) {
    return unit.length;
  }

  /**
   * {@return the number of aligned bytes of code that a processor fetches atomically, a power of
   * two, at most 8} This is not the alignment of instructions: a longer instruction may be fetched
   * in pieces, and several short ones at once. By default, it is the alignment.
   */
  protected int fetchBytes() {
    return arch().instructionAlignBytes();
  }

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
   * @param from the source of random choices
   * @return the bytes of a site, before and after, of one length
   */
  protected abstract Change change(Random from);

  /**
   * A change of one instruction, or of several instructions of a site.
   *
   * @param before the old bytes
   * @param after the new bytes
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
        if (Arrays.equals(change.before, change.after)) {
          continue;
        }
        sites.add(new PokeSite(address, change.before, change.after));
        address += change.before.length;
      }
      if (!sites.isEmpty() && check(sites)) {
        planned++;
      }
    }
    assertTrue(planned > BATCHES / 2, "planned %d of %d batches".formatted(planned, BATCHES));
  }

  /** Each content of a site can be changed into each other. */
  @Test
  final void plan_eachOfNopJumpAndCall_intoEachOther() {
    for (int i = 0; i < BATCHES; i++) {
      long address = TEXT + (long) random.nextInt(1 << 20) * arch().instructionAlignBytes();
      byte[] before = poke().encode(instruction(address), address);
      byte[] after = poke().encode(instruction(address), address);
      assertEquals(poke().siteBytes(), before.length);
      assertEquals(poke().siteBytes(), after.length);
      if (Arrays.equals(before, after)) {
        continue;
      }
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

  /** {@return a random address within the reach of the architecture} */
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
    var rules = rules();
    var trapped = new ArrayList<Long>();
    for (var site : sites) {
      try {
        trapped.addAll(new FetchModel(site, rules).follow(plan));
      } catch (AssertionError wrong) {
        throw new AssertionError(wrong.getMessage() + ", seed " + seed, wrong);
      }
    }
    long syncs = plan.steps().stream().filter(Sync.class::isInstance).count();
    assertTrue(syncs <= MOST_SYNCS, "%d syncs for %d sites".formatted(syncs, sites.size()));
    checkTraps(plan, sites, trapped);
    return true;
  }

  private FetchRules rules() {
    int unitBytes = arch().instructionAlignBytes();
    int fetchBytes = fetchBytes();
    return new FetchRules() {
      @Override
      public int unitBytes() {
        return unitBytes;
      }

      @Override
      public int fetchBytes() {
        return fetchBytes;
      }

      @Override
      public int instructionBytes(byte[] unit, int siteBytes) {
        return TextPokeTck.this.instructionBytes(unit, siteBytes);
      }

      @Override
      public boolean traps(byte[] unit) {
        return TextPokeTck.this.traps(unit);
      }

      @Override
      public boolean replaceableAtOnce(byte[] before, byte[] after) {
        return TextPokeTck.this.replaceableAtOnce(before, after);
      }
    };
  }

  private void checkTraps(PokePlan plan, List<PokeSite> sites, List<Long> trapped) {
    var known = plan.traps().stream().map(Trap::address).toList();
    assertTrue(known.containsAll(trapped), "a trap without a record, seed " + seed);
    assertEquals(known.stream().sorted().distinct().toList(), known, "not in ascending order");
    for (long address : known) {
      assertTrue(sites.stream().anyMatch(site -> contains(site, address)), "of no site");
    }
    if (known.isEmpty()) {
      return;
    }
    int recordBytes = poke().trapHandler().orElseThrow().recordBytes() - Long.BYTES;
    for (var trap : plan.traps()) {
      assertEquals(recordBytes, trap.record().length);
    }
  }

  private static boolean contains(PokeSite site, long address) {
    long offset = address - site.address();
    return offset >= 0 && offset < site.oldBytes().length;
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
