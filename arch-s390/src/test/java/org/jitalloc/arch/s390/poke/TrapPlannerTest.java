package org.jitalloc.arch.s390.poke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;

/**
 * Plans against a model of a processor that fetches the halfwords of an instruction one by one,
 * each as it was at any moment since the last sync.
 */
class TrapPlannerTest {
  private static final long BASE = 0x3ff80000000L;
  private static final byte[] TRAP = {0x00, 0x6a};
  private static final int[] LENGTHS = {2, 4, 4, 6};

  @Property
  void plan_anyBatch_neverShowsAMixture(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int count) {
    var sites = randomSites(new Random(seed), count);
    if (sites.isEmpty()) return;
    var plan = TrapPlanner.plan(sites);
    var trapped = new ArrayList<Long>();
    for (var site : sites) {
      boolean foreign = startsWithTrap(site.oldBytes()) || startsWithTrap(site.newBytes());
      if (checkSite(site, plan) && !foreign) trapped.add(site.address());
    }
    assertTrue(plan.steps().stream().filter(Sync.class::isInstance).count() <= 3);
    assertEquals(trapped, plan.traps().stream().map(Trap::address).toList());
  }

  /** Follows one site through the plan. {@return whether it was a trap of ours on the way} */
  private static boolean checkSite(PokeSite site, PokePlan plan) {
    byte[] now = site.oldBytes().clone();
    var epoch = new ArrayList<byte[]>(List.of(now.clone()));
    boolean trapped = false;
    for (var step : plan.steps()) {
      switch (step) {
        case Write(long address, byte[] bytes) -> {
          for (int i = 0; i < bytes.length; i += bytes.length == 1 ? 1 : 2) {
            int offset = (int) (address + i - site.address());
            if (offset < 0 || offset >= now.length) continue;
            now[offset] = bytes[i];
            if (bytes.length > 1) now[offset + 1] = bytes[i + 1];
            epoch.add(now.clone());
          }
          trapped |= startsWithTrap(now);
        }
        case Sync _ -> {
          checkEpoch(site, epoch);
          epoch = new ArrayList<>(List.of(now.clone()));
        }
      }
    }
    assertEquals(1, epoch.size(), "a plan ends with a sync");
    assertArrayEquals(site.newBytes(), now);
    return trapped;
  }

  /** What can be fetched: each halfword as of any moment. */
  private static void checkEpoch(PokeSite site, List<byte[]> epoch) {
    List<byte[]> seen = List.of(new byte[0]);
    for (int i = 0; i < site.oldBytes().length; i += 2) {
      var longer = new ArrayList<byte[]>();
      for (byte[] start : seen) {
        for (byte[] moment : epoch) {
          byte[] more = Arrays.copyOf(start, i + 2);
          more[i] = moment[i];
          more[i + 1] = moment[i + 1];
          longer.add(more);
        }
      }
      seen = longer;
    }
    for (byte[] fetched : seen) {
      boolean whole =
          startsWithTrap(fetched)
              || Arrays.equals(fetched, site.oldBytes())
              || Arrays.equals(fetched, site.newBytes());
      assertTrue(whole, () -> "mixture " + HexFormat.of().formatHex(fetched));
    }
  }

  private static boolean startsWithTrap(byte[] code) {
    return code[0] == TRAP[0] && code[1] == TRAP[1];
  }

  private static List<PokeSite> randomSites(Random random, int count) {
    var sites = new ArrayList<PokeSite>();
    long address = BASE;
    for (int i = 0; i < count; i++) {
      address += 2 * random.nextInt(8);
      int form = random.nextInt(4);
      byte[] old = new byte[LENGTHS[form]];
      random.nextBytes(old);
      old[0] = (byte) (old[0] & 0x3f | form << 6);
      byte[] changed = old.clone();
      int what = random.nextInt(4);
      if (what == 0) changed[1] ^= (byte) (random.nextInt(16) << 4);
      if (what == 1) changed[random.nextInt(old.length)] ^= (byte) random.nextInt(64);
      if (what > 1) for (int b = 1; b < changed.length; b++) changed[b] = (byte) random.nextInt(4);
      if (form == 0 && random.nextInt(4) == 0) old = TRAP.clone();
      if (form == 0 && random.nextInt(4) == 0) changed = TRAP.clone();
      if (!Arrays.equals(old, changed)) sites.add(new PokeSite(address, old, changed));
      address += old.length;
    }
    return sites;
  }

  @Example
  void plan_nopToCall_goesOverTheTrap() {
    var plan =
        TrapPlanner.plan(
            List.of(
                site(0x1000, "c00400000000", "c0e511223344"),
                site(0x2000, "c00400000000", "c0f455667788")));
    assertEquals(
        List.of(
            "1000=006a",
            "2000=006a",
            "sync",
            "1002=11223344",
            "2002=55667788",
            "sync",
            "1000=c0e5",
            "2000=c0f4",
            "sync"),
        steps(plan));
    assertEquals(List.of(0x1000L, 0x2000L), plan.traps().stream().map(Trap::address).toList());
  }

  @Example
  void plan_maskOfABranch_isOneByte() {
    for (var pair :
        List.of(
            List.of("c00411223344", "c0f411223344"),
            List.of("c0f400000000", "c08400000000"),
            List.of("a7f41234", "a7041234"))) {
      var plan = TrapPlanner.plan(List.of(site(0x1002, pair.get(0), pair.get(1))));
      assertEquals(List.of("1003=" + pair.get(1).substring(2, 4), "sync"), steps(plan));
      assertEquals(List.of(), plan.traps());
    }
  }

  @Example
  void plan_oneHalfword_isOneStore() {
    assertEquals(List.of("1004=0010", "sync"), steps("c0f400000000", "c0f400000010"));
    assertEquals(List.of("1002=0100", "sync"), steps("a7290001", "a7290100"));
    assertEquals(List.of("1000=c0e5", "sync"), steps("c0f400000010", "c0e500000010"));
    assertEquals(List.of("1000=07fe", "sync"), steps("0700", "07fe"));
  }

  @Example
  void plan_twoHalfwordsOfTheDisplacement_goOverTheTrap() {
    assertEquals(
        List.of("1000=006a", "sync", "1002=00010002", "sync", "1000=c0f4", "sync"),
        steps("c0f400000000", "c0f400010002"));
  }

  @Example
  void plan_aMixedBatch_endsTogether() {
    var plan =
        TrapPlanner.plan(
            List.of(
                site(0x1000, "c00400000000", "c0f400000000"),
                site(0x1006, "c00400000000", "c0f400000010")));
    assertEquals(
        List.of("1006=006a", "sync", "1008=00000010", "sync", "1001=f4", "1006=c0f4", "sync"),
        steps(plan));
  }

  @Example
  void plan_whatIsNoSite_isRefused() {
    for (var site :
        List.of(
            site(0x1000, "0700", "a7f40000"),
            site(0x1001, "0700", "07fe"),
            site(0x1000, "07000700", "a7f40000"))) {
      var e = assertThrows(JitAllocException.class, () -> TrapPlanner.plan(List.of(site)));
      assertEquals(JitAllocException.Reason.UNSUPPORTED, e.reason());
      assertTrue(e.getMessage().contains("address=0x100"), e.getMessage());
    }
  }

  private static List<String> steps(String before, String after) {
    return steps(TrapPlanner.plan(List.of(site(0x1000, before, after))));
  }

  private static List<String> steps(PokePlan plan) {
    return plan.steps().stream()
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
