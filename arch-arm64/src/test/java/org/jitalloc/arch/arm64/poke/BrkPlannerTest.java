package org.jitalloc.arch.arm64.poke;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.PokePlan.Trap;
import org.jitalloc.arch.PokeSite;
import org.junit.jupiter.api.Test;

/** The steps of plans; that none shows what it should not, the TCK's model says. */
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

  @Test
  void plan_amongWhatTheManualLists_isOneStore() {
    for (int before : AT_ONCE) {
      for (int after : AT_ONCE) {
        if (before == after) {
          continue;
        }
        var plan = BrkPlanner.plan(List.of(site(BASE, before, after)));
        assertEquals(2, plan.steps().size());
        assertEquals(List.of(), plan.traps());
      }
    }
  }

  @Test
  void plan_anythingElse_goesOverTheBreakpoint() {
    for (int before : AT_ONCE) {
      for (int after : List.of(RET, MOV, B_EQ)) {
        var plan = BrkPlanner.plan(List.of(site(BASE, before, after)));
        boolean trapped = before != BRK;
        assertEquals(trapped ? 4 : 2, plan.steps().size());
        assertEquals(trapped ? 1 : 0, plan.traps().size());
      }
    }
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
    return new PokeSite(address, PokedWord.bytes(before), PokedWord.bytes(after));
  }

  private static int word(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }
}
