package org.jitalloc.arch.x86.poke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/**
 * Plans against a model of a processor that fetches the bytes of an instruction one by one, each as
 * it was at any moment since the last sync.
 */
class Int3PlannerTest {
  private static final byte INT3 = (byte) 0xcc;
  private static final long BASE = 0xffffffffc0000000L;

  @Property
  void plan_anyBatch_neverShowsAMixture(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int count) {
    var sites = randomSites(new Random(seed), count);
    var plan = Int3Planner.plan(sites);
    for (var site : sites) checkSite(site, plan);
    assertTrue(plan.steps().stream().filter(Sync.class::isInstance).count() <= 3);
    assertEquals(
        sites.stream().filter(s -> s.newBytes()[0] != INT3).map(PokeSite::address).toList(),
        plan.traps().stream().map(Trap::address).toList());
  }

  /** Follows one site through the plan, epoch by epoch (an epoch ends with a sync). */
  private static void checkSite(PokeSite site, PokePlan plan) {
    byte[] now = site.oldBytes().clone();
    var epoch = new ArrayList<byte[]>(List.of(now.clone()));
    for (var step : plan.steps()) {
      switch (step) {
        case Write(long address, byte[] bytes) -> {
          for (int i = 0; i < bytes.length; i++) {
            long offset = address + i - site.address();
            if (offset >= 0 && offset < now.length) now[(int) offset] = bytes[i];
            epoch.add(now.clone());
          }
        }
        case Sync _ -> {
          checkEpoch(site, epoch);
          epoch = new ArrayList<>(List.of(now.clone()));
        }
      }
    }
    assertEquals(1, epoch.size(), "a plan ends with a sync");
    assertArrayEquals(site.newBytes(), now);
  }

  /** The first byte as of any moment, the others as of any other moment of the epoch. */
  private static void checkEpoch(PokeSite site, List<byte[]> epoch) {
    for (byte first : epoch.stream().map(b -> b[0]).collect(Collectors.toSet())) {
      if (first == INT3) continue;
      for (int i = 1; i < site.oldBytes().length; i++) {
        for (byte[] moment : epoch) {
          boolean old = first == site.oldBytes()[0] && moment[i] == site.oldBytes()[i];
          boolean replaced = first == site.newBytes()[0] && moment[i] == site.newBytes()[i];
          assertTrue(
              old || replaced, () -> "mixture at byte of " + HexFormat.of().formatHex(moment));
        }
      }
      if (first == site.oldBytes()[0] && first != site.newBytes()[0]) continue;
      boolean oldTailSeen = epoch.stream().anyMatch(b -> !sameTail(b, site.newBytes()));
      boolean newTailSeen = epoch.stream().anyMatch(b -> !sameTail(b, site.oldBytes()));
      assertTrue(!(oldTailSeen && newTailSeen), "old and new tails behind one first byte");
    }
  }

  private static boolean sameTail(byte[] a, byte[] b) {
    return Arrays.equals(a, 1, a.length, b, 1, b.length);
  }

  private static List<PokeSite> randomSites(Random random, int count) {
    var sites = new ArrayList<PokeSite>();
    long address = BASE;
    for (int i = 0; i < count; i++) {
      address += random.nextInt(20);
      byte[] old = new byte[1 + random.nextInt(15)];
      random.nextBytes(old);
      byte[] changed = old.clone();
      int what = random.nextInt(4);
      if (what != 0) changed[0] ^= (byte) (1 + random.nextInt(255));
      if (what != 1) for (int b = 1; b < changed.length; b++) changed[b] = (byte) random.nextInt(4);
      if (random.nextInt(8) == 0) old[0] = INT3;
      if (random.nextInt(8) == 0) changed[0] = INT3;
      if (!Arrays.equals(old, changed)) sites.add(new PokeSite(address, old, changed));
      address += old.length;
    }
    return sites;
  }

  @Test
  void plan_nopToCall_isTheKernelsThreeSteps() {
    assertEquals(
        List.of(
            "1000=cc",
            "2000=cc",
            "sync",
            "1001=11223344",
            "2001=55667788",
            "sync",
            "1000=e8",
            "2000=e9",
            "sync"),
        steps(site(0x1000, "0f1f440000", "e811223344"), site(0x2000, "0f1f440000", "e955667788")));
  }

  @Test
  void plan_needlessSteps_areLeftOut() {
    assertEquals(List.of("1000=cc", "sync", "1000=90", "sync"), steps(site(0x1000, "55", "90")));
    assertEquals(
        List.of("1000=cc", "sync", "1000=e9", "sync"),
        steps(site(0x1000, "e811223344", "e911223344")));
    assertEquals(List.of("1000=cc", "sync"), steps(site(0x1000, "55", "cc")));
    assertEquals(List.of("1000=55", "sync"), steps(site(0x1000, "cc", "55")));
    assertEquals(List.of("1001=22", "sync"), steps(site(0x1000, "cc11", "cc22")));
    assertEquals(
        List.of("1000=cc", "sync", "1001=22", "sync", "1000=eb", "sync"),
        steps(site(0x1000, "eb11", "eb22")));
  }

  @Test
  void plan_breakpointAsNewInstruction_hasNoTrap() {
    assertEquals(List.of(), Int3Planner.plan(List.of(site(0x1000, "55", "cc"))).traps());
  }

  @Test
  void plan_changedLength_isRefused() {
    var site = site(0x1000, "6690", "90");
    var e = assertThrows(JitAllocException.class, () -> Int3Planner.plan(List.of(site)));
    assertTrue(e.getMessage().contains("address=0x1000 oldBytes=2 newBytes=1"), e.getMessage());
  }

  private static List<String> steps(PokeSite... sites) {
    return Int3Planner.plan(List.of(sites)).steps().stream()
        .map(
            s ->
                switch (s) {
                  case Write(long a, byte[] b) -> "%x=%s".formatted(a, HexFormat.of().formatHex(b));
                  case Sync _ -> "sync";
                })
        .toList();
  }

  private static PokeSite site(long address, String old, String changed) {
    return new PokeSite(address, HexFormat.of().parseHex(old), HexFormat.of().parseHex(changed));
  }
}
