package org.jitalloc.arch.s390.poke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/** The steps of plans; that none shows a mixture, the TCK's model says. */
class TrapPlannerTest {
  @Test
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

  @Test
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

  /** Call sites: linked first over the trap, then switched by one byte each and one sync. */
  @Test
  void plan_sitesThatLeadToTrampolines_areSwitchedWithoutTrap() {
    assertEquals(
        List.of("1000=006a", "sync", "1002=00123456", "sync", "1000=c0f4", "sync"),
        steps("c00400000000", "c0f400123456"));
    var batch =
        List.of(
            site(0x1000, "c00400123456", "c0f400123456"),
            site(0x1006, "c0f4fff23456", "c004fff23456"));
    var plan = TrapPlanner.plan(batch);
    assertEquals(List.of("1001=f4", "1007=04", "sync"), steps(plan));
    assertEquals(List.of(), plan.traps());
  }

  @Test
  void plan_oneHalfword_isOneStore() {
    assertEquals(List.of("1004=0010", "sync"), steps("c0f400000000", "c0f400000010"));
    assertEquals(List.of("1002=0100", "sync"), steps("a7290001", "a7290100"));
    assertEquals(List.of("1000=c0e5", "sync"), steps("c0f400000010", "c0e500000010"));
    assertEquals(List.of("1000=07fe", "sync"), steps("0700", "07fe"));
  }

  @Test
  void plan_twoHalfwordsOfTheDisplacement_goOverTheTrap() {
    assertEquals(
        List.of("1000=006a", "sync", "1002=00010002", "sync", "1000=c0f4", "sync"),
        steps("c0f400000000", "c0f400010002"));
  }

  @Test
  void plan_aBreakpointOverTheHeadOfALongerInstruction_isOneStore() {
    assertEquals(List.of("1000=0002", "sync"), steps("c004", "0002"));
    assertEquals(List.of("1000=e310", "sync"), steps("0002", "e310"));
  }

  @Test
  void plan_aBreakpointBecomesAJump_andBack_overTheTrap() {
    assertEquals(
        List.of("1000=006a", "sync", "1002=00010002", "sync", "1000=c0f4", "sync"),
        steps("0002f0300024", "c0f400010002"));
    assertEquals(
        List.of("1000=006a", "sync", "1002=f0300024", "sync", "1000=0002", "sync"),
        steps("c0f400010002", "0002f0300024"));
  }

  @Test
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

  @Test
  void plan_whatIsNoSite_isRefused() {
    for (var site :
        List.of(
            site(0x1000, "0700", "a7f40000"),
            site(0x1001, "0700", "07fe"),
            site(0x1000, "c004", "c0f4"),
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
