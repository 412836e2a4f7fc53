package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.jitalloc.arch.TextPoke;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Patch;
import org.jitalloc.arch.trace.SiteTrampolines;
import org.junit.jupiter.api.Test;

/**
 * Trampolines of call sites, and sites that branch to them, equal the output of the assembler. Off
 * and on differ by one atomic store.
 */
public abstract class SiteTrampolinesTck {
  private static final int TRAMPOLINES = 2000;
  private static final long TEXT = 0x7f00_0000_0000L;

  /** The distance of sites. */
  private static final int APART = 64;

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** For subclasses. */
  protected SiteTrampolinesTck() {}

  /** {@return the call sites of the architecture, which has trampolines} */
  protected abstract CallSites callSites();

  /** {@return its planner of pokes} */
  protected abstract TextPoke poke();

  /** {@return the assembler of its code} */
  protected abstract Toolchain toolchain();

  /**
   * Returns a trampoline as assembly.
   *
   * @param site the distance of its site from its start, in bytes
   * @param slot the distance of its slot from its start, in bytes
   * @return all of its instructions
   */
  protected abstract String trampoline(long site, long slot);

  /**
   * Returns a linked site as assembly.
   *
   * @param trampoline the distance of its trampoline from the start of the site, in bytes
   * @param on whether it branches to the trampoline
   * @return the instruction that changes
   */
  protected abstract String site(long trampoline, boolean on);

  private SiteTrampolines trampolines() {
    return callSites().trampolines().orElseThrow();
  }

  /** {@return an address within reach, aligned as a trampoline and so as a slot} */
  private long near(long address) {
    long reach = trampolines().reachBytes() - APART;
    return address + ((random.nextLong() >> 1) % reach & -Math.max(trampolines().bytes(), 8));
  }

  private static long site(int index) {
    return TEXT + (long) index * APART;
  }

  @Test
  final void code_isWhatTheAssemblerMakes() {
    var comparison = new Comparison();
    for (int i = 0; i < TRAMPOLINES; i++) {
      long address = near(TEXT);
      long site = near(address) + (long) random.nextInt(8) * callSites().bytes();
      long slot = near(address);
      byte[] code = trampolines().code(address, site, slot);
      assertEquals(trampolines().bytes(), code.length);
      comparison.add(trampoline(site - address, slot - address), code);
    }
    comparison.check(toolchain(), seed);
  }

  @Test
  final void sites_areWhatTheAssemblerMakes_andWereReady() {
    var comparison = new Comparison();
    for (int i = 0; i < TRAMPOLINES; i++) {
      long trampoline = near(site(i));
      Patch enabled = callSites().enable(site(i), site(i));
      for (boolean on : new boolean[] {false, true}) {
        Patch link = trampolines().link(site(i), trampoline, on);
        assertArrayEquals(enabled.before(), link.before());
        assertEquals(enabled.address(), link.address());
        comparison.add(site(trampoline - site(i), on), link.after());
      }
    }
    comparison.check(toolchain(), seed);
  }

  /** Thousands of sites are linked by a few syncs, and switched by one sync without a trap. */
  @Test
  final void sitesThatAreLinked_areSwitchedByOneStoreEach() {
    List<PokeSite> link = new ArrayList<>();
    List<PokeSite> enable = new ArrayList<>();
    List<PokeSite> disable = new ArrayList<>();
    for (int i = 0; i < TRAMPOLINES; i++) {
      long trampoline = near(site(i));
      Patch on = trampolines().link(site(i), trampoline, true);
      Patch off = trampolines().link(site(i), trampoline, false);
      link.add(new PokeSite(on.address(), on.before(), on.after()));
      enable.add(new PokeSite(on.address(), off.after(), on.after()));
      disable.add(new PokeSite(on.address(), on.after(), off.after()));
    }
    assertTrue(syncs(poke().plan(link)) <= CallSitesTck.MOST_SYNCS);
    for (var batch : List.of(enable, disable)) {
      PokePlan plan = poke().plan(batch);
      assertEquals(List.of(), plan.traps());
      assertEquals(TRAMPOLINES, plan.steps().stream().filter(Write.class::isInstance).count());
      assertEquals(1, syncs(plan));
    }
  }

  private static long syncs(PokePlan plan) {
    return plan.steps().stream().filter(Sync.class::isInstance).count();
  }

  @Test
  final void whatIsTooFarAway_isRefused() {
    long reach = trampolines().reachBytes();
    for (long distance : new long[] {reach, -reach}) {
      long outside = TEXT + distance + Long.signum(distance) * APART;
      unreachable(() -> trampolines().code(TEXT, outside, TEXT + APART));
      unreachable(() -> trampolines().code(TEXT, TEXT + APART, outside));
      unreachable(() -> trampolines().link(TEXT, outside, true));
      unreachable(() -> trampolines().link(TEXT, outside, false));
    }
  }

  private static void unreachable(Runnable attempt) {
    var e = assertThrows(JitAllocException.class, attempt::run);
    assertEquals(Reason.UNREACHABLE, e.reason());
  }

  @Test
  final void length_isAPowerOfTwo() {
    assertEquals(1, Integer.bitCount(trampolines().bytes()));
  }
}
