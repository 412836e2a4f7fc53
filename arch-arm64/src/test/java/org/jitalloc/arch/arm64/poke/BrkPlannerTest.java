package org.jitalloc.arch.arm64.poke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.PokePlan.Sync;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokePlan.Write;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/** Plans, followed site by site: what a processor may hold between two syncs. */
class BrkPlannerTest {
  private static final long BASE = 0xffff800000000000L;
  private static final int NOP = 0xd503201f;
  private static final int B = 0x14000002;
  private static final int BL = 0x97fffffe;
  private static final int BRK = 0xd4200020;
  private static final int ISB = 0xd5033fdf;
  private static final int RET = 0xd65f03c0;
  private static final int MOV = 0xd2800020;
  private static final int B_EQ = 0x54000040;
  private static final List<Integer> AT_ONCE =
      List.of(NOP, B, BL, BRK, ISB, 0xd4000001, 0xd4000002, 0xd4000003);

  @Property
  void plan_anyBatch_executesOldNewOrBreakpoint(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int count) {
    var sites = randomSites(new Random(seed), count);
    var plan = BrkPlanner.plan(sites);
    for (var site : sites) checkSite(site, plan);
    assertTrue(plan.steps().stream().filter(Sync.class::isInstance).count() <= 2);
  }

  /** In one epoch a site is never both old and new, but where the architecture allows it. */
  private static void checkSite(PokeSite site, PokePlan plan) {
    int before = word(site.oldBytes());
    int after = word(site.newBytes());
    boolean trapped = plan.traps().stream().anyMatch(t -> t.address() == site.address());
    boolean free = AT_ONCE.contains(before) && AT_ONCE.contains(after);
    boolean brk = before == BRK || after == BRK;
    assertEquals(!free && !brk, trapped);
    int now = before;
    var epoch = new ArrayList<>(List.of(now));
    for (var step : plan.steps()) {
      switch (step) {
        case Write(long address, byte[] bytes) -> {
          assertEquals(4, bytes.length);
          assertEquals(0, address % 4);
          if (address == site.address()) epoch.add(now = word(bytes));
        }
        case Sync _ -> {
          if (trapped) assertTrue(!epoch.contains(before) || !epoch.contains(after));
          epoch.removeIf(w -> w == before || w == after);
          assertTrue(epoch.stream().allMatch(w -> trapped && w == Word.OUR_BRK));
          epoch = new ArrayList<>(List.of(now));
        }
      }
    }
    assertEquals(after, now);
    assertEquals(1, epoch.size(), "a plan ends with a sync");
  }

  private static List<PokeSite> randomSites(Random random, int count) {
    var words = new ArrayList<>(AT_ONCE);
    words.addAll(List.of(RET, MOV, B_EQ));
    var sites = new ArrayList<PokeSite>();
    for (int i = 0; i < count; i++) {
      int before = words.get(random.nextInt(words.size()));
      int after = words.get(random.nextInt(words.size()));
      if (before != after) sites.add(site(BASE + 4L * i, before, after));
    }
    return sites;
  }

  @Test
  void plan_nopToCall_isOneStore() {
    var plan = BrkPlanner.plan(List.of(site(BASE, NOP, BL)));
    assertEquals(2, plan.steps().size());
    assertEquals(List.of(), plan.traps());
  }

  @Test
  void plan_misalignedOrSeveralWords_isRefused() {
    var odd = List.of(site(BASE + 2, NOP, BL));
    var e = assertThrows(JitAllocException.class, () -> BrkPlanner.plan(odd));
    assertTrue(e.getMessage().contains("address=0xffff800000000002"), e.getMessage());
    var two = List.of(new PokeSite(BASE, new byte[8], new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
    e = assertThrows(JitAllocException.class, () -> BrkPlanner.plan(two));
    assertTrue(e.getMessage().contains("oldBytes=8 newBytes=8"), e.getMessage());
    var raw = new Instruction.Raw(new byte[8]);
    assertThrows(JitAllocException.class, () -> SiteEncoder.encode(raw, BASE));
  }

  @Test
  void emulation_ofEachKind_doesWhatTheInstructionDoes() {
    assertEquals(new Emulation(Emulation.JUMP, BASE + 4, 0), Emulation.of(NOP, BASE));
    assertEquals(new Emulation(Emulation.JUMP, BASE + 8, 0), Emulation.of(B, BASE));
    assertEquals(new Emulation(Emulation.CALL, BASE - 8, BASE + 4), Emulation.of(BL, BASE));
    assertEquals(new Emulation(Emulation.RETURN, 30, 0), Emulation.of(RET, BASE));
    assertEquals(new Emulation(Emulation.WAIT, 0, 0), Emulation.of(MOV, BASE));
  }

  @Test
  void trap_ofSite_hasTheRecordOfTheNewInstruction() {
    List<Trap> traps = BrkPlanner.plan(List.of(site(BASE, MOV, NOP))).traps();
    assertEquals(BASE, traps.getFirst().address());
    assertArrayEquals(Emulation.of(NOP, BASE).record(), traps.getFirst().record());
    assertEquals(new Arm64TrapHandler().recordBytes() - 8, traps.getFirst().record().length);
  }

  @Test
  void encode_atTheEndsOfTheReach_andBeyond() {
    long reach = 128L << 20;
    assertEquals(0x95ffffff, word(encode(new Instruction.Call(BASE + reach - 4))));
    assertEquals(0x16000000, word(encode(new Instruction.Jump(BASE - reach))));
    for (long target : new long[] {BASE + reach, BASE - reach - 4, BASE + 2}) {
      var e = assertThrows(JitAllocException.class, () -> encode(new Instruction.Call(target)));
      assertEquals(JitAllocException.Reason.UNREACHABLE, e.reason());
      assertTrue(e.getMessage().contains("to=0x%x".formatted(target)), e.getMessage());
    }
  }

  private static byte[] encode(Instruction instruction) {
    return SiteEncoder.encode(instruction, BASE);
  }

  private static PokeSite site(long address, int before, int after) {
    return new PokeSite(address, Word.bytes(before), Word.bytes(after));
  }

  private static int word(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }
}
