package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.junit.jupiter.api.Test;

/**
 * Call sites are found, prepared, enabled, redirected and disabled. After each step the bytes equal
 * the output of the assembler, and each change can be made while threads execute the code.
 */
public abstract class CallSitesTck {
  private static final int SITES = 2000;
  private static final long TEXT = 0x7f00_0000_0000L;

  /** The distance of sites. */
  private static final int SLOT_BYTES = 64;

  /** The alignment of code on every architecture. */
  private static final int TRACER_ALIGN_BYTES = 16;

  /** The limit for a batch of any size. */
  static final int MOST_SYNCS = 4;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** For subclasses. */
  protected CallSitesTck() {}

  /** {@return the call sites of the architecture} */
  protected abstract CallSites callSites();

  /** {@return its planner of pokes} */
  protected abstract TextPoke poke();

  /** {@return the assembler of its code} */
  protected abstract Toolchain toolchain();

  /**
   * {@return the kinds of code that compilers emit at a site, beginning at the recorded address}
   */
  protected abstract List<Compiled> compiled();

  /**
   * The code that a compiler emits.
   *
   * @param text its assembly
   * @param siteOffset the offset of the site from the recorded address, in bytes
   */
  public record Compiled(String text, int siteOffset) {}

  /**
   * Returns a site as assembly.
   *
   * @param tracer the distance of the tracer from the start of the site; empty for an idle site
   * @return all of its instructions
   */
  protected abstract String text(OptionalLong tracer);

  /** A site in a copy of its memory, which patches change. */
  private final class Life {
    final long site;
    final long base;
    final byte[] memory = new byte[SLOT_BYTES];
    Patch made = new Patch(0, new byte[1], new byte[1]);
    OptionalLong tracer = OptionalLong.empty();

    Life(long base, byte[] compiled, int siteOffset) {
      this.base = base;
      System.arraycopy(compiled, 0, memory, 0, compiled.length);
      site =
          callSites()
              .find(base, Arrays.copyOf(memory, callSites().lookBytes()))
              .orElseThrow(() -> new AssertionError("not found at " + siteOffset));
      assertEquals(base + siteOffset, site);
    }

    /** {@return a random address within reach} */
    long target(long from) {
      long reach = callSites().reachBytes() - SLOT_BYTES;
      return from + ((random.nextLong() >> 1) % reach & -TRACER_ALIGN_BYTES);
    }

    byte[] bytes() {
      int from = (int) (site - base);
      return Arrays.copyOfRange(memory, from, from + callSites().bytes());
    }

    void apply(Patch patch) {
      int from = (int) (patch.address() - base);
      byte[] there = Arrays.copyOfRange(memory, from, from + patch.before().length);
      assertArrayEquals(patch.before(), there, () -> "what is there before: " + patch);
      System.arraycopy(patch.after(), 0, memory, from, patch.after().length);
      made = patch;
    }

    /** Makes a random change. */
    void change() {
      long next = target(site);
      if (tracer.isEmpty()) {
        apply(callSites().enable(site, next));
        tracer = OptionalLong.of(next);
      } else if (random.nextBoolean()) {
        apply(callSites().redirect(site, tracer.getAsLong(), next));
        tracer = OptionalLong.of(next);
      } else {
        apply(callSites().disable(site, tracer.getAsLong()));
        tracer = OptionalLong.empty();
      }
    }

    /** Adds the expected bytes to a comparison. */
    void compare(Comparison comparison) {
      var distance = tracer.isEmpty() ? tracer : OptionalLong.of(tracer.getAsLong() - site);
      comparison.add(text(distance), bytes());
    }
  }

  @Test
  final void site_wholeLife_isWhatTheAssemblerMakes() {
    var comparison = new Comparison();
    for (var life : lives()) {
      life.compare(comparison);
      for (int step = 0; step < 3; step++) {
        life.change();
        life.compare(comparison);
      }
    }
    comparison.check(toolchain(), seed);
  }

  /** {@return prepared sites of each kind} */
  private List<Life> lives() {
    var compiled = compiled();
    var codes = compiled.stream().map(c -> toolchain().assemble(c.text)).toList();
    var lives = new ArrayList<Life>();
    for (int i = 0; i < SITES; i++) {
      int kind = i % compiled.size();
      long base = TEXT + (long) i * SLOT_BYTES;
      var life = new Life(base, codes.get(kind), compiled.get(kind).siteOffset);
      callSites().prepare(life.site, life.bytes()).ifPresent(life::apply);
      assertEquals(
          Optional.empty(), callSites().prepare(life.site, life.bytes()), "prepared twice");
      lives.add(life);
    }
    return lives;
  }

  /** Thousands of sites are enabled by one batch, which TextPoke plans. */
  @Test
  final void sites_changedInOneBatch_byAFewSyncs() {
    var lives = lives();
    for (int step = 0; step < 3; step++) {
      lives.forEach(Life::change);
      var changes =
          lives.stream()
              .map(life -> life.made)
              .map(patch -> new PokeSite(patch.address(), patch.before(), patch.after()))
              .sorted(Comparator.comparingLong(PokeSite::address))
              .toList();
      long syncs = poke().plan(changes).steps().stream().filter(Sync.class::isInstance).count();
      assertTrue(syncs <= MOST_SYNCS, "%d syncs for %d".formatted(syncs, changes.size()));
    }
  }

  @Test
  final void site_atTheEndsOfTheReach_orIsRefused() {
    for (long distance : new long[] {callSites().reachBytes(), -callSites().reachBytes()}) {
      long inside = distance - Long.signum(distance) * 16;
      long outside = distance + Long.signum(distance) * 16;
      assertEquals(
          callSites().enable(TEXT, TEXT + inside).reversed().toString(),
          callSites().disable(TEXT, TEXT + inside).toString());
      unreachable(TEXT + outside, to -> callSites().enable(TEXT, to));
      unreachable(TEXT + outside, to -> callSites().redirect(TEXT, TEXT, to));
    }
  }

  private interface Attempt {
    void reach(long target);
  }

  private static void unreachable(long target, Attempt attempt) {
    var e = assertThrows(JitAllocException.class, () -> attempt.reach(target));
    assertEquals(Reason.UNREACHABLE, e.reason());
    assertTrue(String.valueOf(e.getMessage()).contains("0x%x".formatted(target)));
  }

  /** Other code is not found, and not prepared: the message has its bytes. */
  @Test
  final void whatIsNoSite_isRefused() {
    var none = new byte[callSites().lookBytes()];
    Arrays.fill(none, (byte) 0x01);
    assertEquals(OptionalLong.empty(), callSites().find(TEXT, none));
    assertEquals(OptionalLong.empty(), callSites().find(TEXT, new byte[0]));
    byte[] site = toolchain().assemble(compiled().getFirst().text);
    byte[] cut = Arrays.copyOf(site, callSites().bytes() - 1);
    assertEquals(OptionalLong.empty(), callSites().find(TEXT, cut), "cut off");
    byte[] wrong = Arrays.copyOf(none, callSites().bytes());
    var e = assertThrows(JitAllocException.class, () -> callSites().prepare(TEXT, wrong));
    assertEquals(Reason.TEXT_MISMATCH, e.reason());
    assertTrue(String.valueOf(e.getMessage()).contains("found 0101"), e::getMessage);
  }

  @Test
  final void sizes_areThoseOfInstructions() {
    assertEquals(poke().arch(), callSites().arch());
    assertTrue(callSites().lookBytes() >= callSites().bytes() && callSites().bytes() > 0);
    Patch patch = callSites().enable(TEXT, TEXT + TRACER_ALIGN_BYTES);
    assertTrue(
        patch.address() >= TEXT
            && patch.address() + patch.after().length == TEXT + callSites().bytes(),
        "the tracer returns behind the site, and what calls it is the last of its instructions");
  }
}
