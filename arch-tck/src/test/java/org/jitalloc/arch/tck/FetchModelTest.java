package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Step;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/**
 * Instructions have two or four bytes by their first bit, and are aligned to two bytes. An
 * instruction that begins with 0 traps; any other may be replaced by any other while threads
 * execute it.
 */
class FetchModelTest {
  private static final long TEXT = 0x1000;
  private static final byte TRAP = 0;

  @Test
  void longInstruction_fetchedWhole_isReplacedByOneStore() {
    var site = site(TEXT, bytes(0x81, 2, 3, 4), bytes(0x91, 5, 6, 7));
    assertEquals(Set.of(), follow(site, 4, write(TEXT, 0x91, 5, 6, 7), new Sync()));
  }

  /** The alignment of instructions does not determine the size of fetches. */
  @Test
  void longInstruction_fetchedInTwoPieces_isNotReplacedByOneStore() {
    var site = site(TEXT, bytes(0x81, 2, 3, 4), bytes(0x91, 5, 6, 7));
    var store = write(TEXT, 0x91, 5, 6, 7);
    assertFails("may execute 81020607", () -> follow(site, 2, store, new Sync()));
  }

  @Test
  void longInstruction_acrossAFetch_isNotReplacedByOneStore() {
    var site = site(TEXT + 2, bytes(0x81, 2, 3, 4), bytes(0x91, 5, 6, 7));
    var store = write(TEXT + 2, 0x91, 5, 6, 7);
    assertFails("may execute ", () -> follow(site, 4, store, new Sync()));
  }

  /** Two short instructions in one fetch are still two: a thread may be preempted between them. */
  @Test
  void pair_fetchedWhole_isNotReplacedByOneStore() {
    var site = site(TEXT, bytes(1, 2, 3, 4), bytes(5, 6, 7, 8));
    var store = write(TEXT, 5, 6, 7, 8);
    assertFails("at +2, behind '0102', may execute 0708", () -> follow(site, 4, store, new Sync()));
  }

  /** A trap or a sync does not affect a thread that was preempted after the trap. */
  @Test
  void pair_overATrap_isNotReplaced() {
    var site = site(TEXT, bytes(1, 2, 3, 4), bytes(5, 6, 7, 8));
    assertFails("at +2, behind '0102', may execute 0708", () -> follow(site, 2, overTrap(site)));
  }

  @Test
  void pair_becomesOneLongInstruction_isNotReplaced() {
    var site = site(TEXT, bytes(1, 2, 3, 4), bytes(0x81, 6, 7, 8));
    assertFails("at +2, behind '0102', may execute 0708", () -> follow(site, 2, overTrap(site)));
  }

  @Test
  void longInstruction_becomesAPair_overATrap() {
    var site = site(TEXT, bytes(0x81, 2, 3, 4), bytes(5, 6, 7, 8));
    assertEquals(Set.of(TEXT), follow(site, 2, overTrap(site)));
  }

  /** A thread has executed the new first instruction while the second one was old. */
  @Test
  void newFirst_beforeNewSecond_isFoundAfterThePlan() {
    var site = site(TEXT, bytes(0x81, 2, 3, 4), bytes(5, 6, 7, 8));
    var first = write(TEXT, 5, 6);
    assertFails(
        "behind '0506', may execute 0304",
        () -> follow(site, 2, first, new Sync(), write(TEXT + 2, 7, 8), new Sync()));
  }

  @Test
  void pair_ofWhichTheSecondChanges_isReplaced() {
    var site = site(TEXT, bytes(1, 2, 3, 4), bytes(1, 2, 7, 8));
    assertEquals(Set.of(), follow(site, 2, write(TEXT + 2, 7, 8), new Sync()));
    var trap = write(TEXT + 2, TRAP, 9);
    assertEquals(
        Set.of(TEXT + 2), follow(site, 2, trap, new Sync(), write(TEXT + 2, 7, 8), new Sync()));
  }

  @Test
  void pair_ofWhichTheFirstChanges_isReplaced() {
    var site = site(TEXT, bytes(1, 2, 3, 4), bytes(5, 6, 3, 4));
    assertEquals(Set.of(), follow(site, 2, write(TEXT, 5, 6), new Sync()));
  }

  @Test
  void instruction_longerThanTheSite_isFound() {
    var site = site(TEXT, bytes(1, 2), bytes(0x81, 2));
    assertFails("an instruction of 4 bytes", () -> follow(site, 2, write(TEXT, 0x81), new Sync()));
  }

  /** A trap over the first two bytes, then the rest, then the first two. */
  private static Step[] overTrap(PokeSite site) {
    byte[] after = site.newBytes();
    return new Step[] {
      write(site.address(), TRAP, 9),
      new Sync(),
      write(site.address() + 2, after[2], after[3]),
      new Sync(),
      write(site.address(), after[0], after[1]),
      new Sync()
    };
  }

  private static void assertFails(String message, Runnable following) {
    var failure = assertThrows(AssertionError.class, following::run);
    assertTrue(String.valueOf(failure.getMessage()).contains(message), failure.getMessage());
  }

  private static Set<Long> follow(PokeSite site, int fetchBytes, Step... steps) {
    var plan = new PokePlan(List.of(steps), List.of());
    return new FetchModel(site, new Rules(fetchBytes)).follow(plan);
  }

  private static PokeSite site(long address, byte[] before, byte[] after) {
    return new PokeSite(address, before, after);
  }

  private static Write write(long address, int... bytes) {
    return new Write(address, bytes(bytes));
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** The architecture that the comment of this class describes. */
  private record Rules(int fetchBytes) implements FetchRules {
    @Override
    public int unitBytes() {
      return 2;
    }

    @Override
    public int instructionBytes(byte[] unit, int siteBytes) {
      return unit[0] < 0 ? 4 : 2;
    }

    @Override
    public boolean traps(byte[] unit) {
      return unit[0] == TRAP;
    }

    @Override
    public boolean replaceableAtOnce(byte[] before, byte[] after) {
      return true;
    }
  }
}
