package org.jitalloc.arch.x86.poke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/** The steps of plans; that none shows a mixture, the TCK's model says. */
class Int3PlannerTest {
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
