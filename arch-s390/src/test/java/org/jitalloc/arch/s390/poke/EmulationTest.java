package org.jitalloc.arch.s390.poke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.jitalloc.Instruction;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.s390.S390Tools;
import org.junit.jupiter.api.Test;

/** What stands at sites, as GNU as writes it, and what the records say of it. */
class EmulationTest {
  private static final long ADDRESS = 0x3ff80001000L;

  @Test
  void sites_areWhatGnuAsWrites() {
    for (long distance : new long[] {0, 2, -2, 0x1234_5678, (1L << 32) - 2, -(1L << 32)}) {
      assertEquals(text("jg . + (%d)", distance), hex(new Instruction.Jump(ADDRESS + distance)));
      assertEquals(
          text("brasl %%r14, . + (%d)", distance), hex(new Instruction.Call(ADDRESS + distance)));
    }
    assertEquals(text("brcl 0, . + (%d)", 0), hex(new Instruction.Nop()));
  }

  @Test
  void targets_oddOrFar_areUnreachable() {
    for (long distance : new long[] {1, 1L << 32, -(1L << 32) - 2, Long.MIN_VALUE}) {
      var jump = new Instruction.Jump(ADDRESS + distance);
      var e = assertThrows(JitAllocException.class, () -> SiteEncoder.encode(jump, ADDRESS));
      assertEquals(JitAllocException.Reason.UNREACHABLE, e.reason());
      assertTrue(e.getMessage().contains("from=0x3ff80001000 "), e.getMessage());
      assertTrue(e.getMessage().contains("distance=%d bytes".formatted(distance)), e.getMessage());
    }
  }

  @Test
  void raw_isOneInstruction_orTheHeadOfOne() {
    for (String one :
        new String[] {"07fe", "c0f4", "a7290001", "c0f400000000", "5810f000", "eb6ff0300024"}) {
      assertEquals(one, hex(new Instruction.Raw(HexFormat.of().parseHex(one))));
    }
    for (String other : new String[] {"", "07fe07fe", "a72900", "c0f400", "e310f000"}) {
      var raw = new Instruction.Raw(HexFormat.of().parseHex(other));
      var e = assertThrows(JitAllocException.class, () -> SiteEncoder.encode(raw, ADDRESS));
      assertEquals(Reason.INVALID_REQUEST, e.reason());
    }
  }

  @Test
  void branches_areEmulatedByMask() {
    for (int mask = 0; mask < 16; mask++) {
      assertRecord(
          "c0%x480000000".formatted(mask), 1 | mask << 8, ADDRESS - (1L << 32), ADDRESS + 6);
      assertRecord("a7%x47fff".formatted(mask), 1 | mask << 8, ADDRESS + 65_534, ADDRESS + 4);
    }
  }

  @Test
  void calls_knowTheirLinkRegister() {
    for (int link = 0; link < 16; link++) {
      assertRecord("c0%x500000010".formatted(link), 2 | link << 8, ADDRESS + 32, ADDRESS + 6);
      assertRecord("a7%x58000".formatted(link), 2 | link << 8, ADDRESS - 65_536, ADDRESS + 4);
    }
  }

  @Test
  void allElse_waits() {
    for (String code :
        new String[] {"07fe", "a7290004", "c0200000000a", "eb6ff0300024", "5810f004"}) {
      assertRecord(code, 0, 0, 0);
    }
  }

  private static void assertRecord(String code, long action, long target, long next) {
    var emulation = Emulation.of(HexFormat.of().parseHex(code), ADDRESS);
    assertEquals(new Emulation(action, target, next), emulation, code);
    assertEquals(
        "%016x%016x%016x".formatted(action, target, next),
        HexFormat.of().formatHex(emulation.record()));
  }

  private String text(String format, long distance) {
    return HexFormat.of().formatHex(S390Tools.GNU.assemble(format.formatted(distance) + "\n"));
  }

  private static String hex(Instruction instruction) {
    return HexFormat.of().formatHex(SiteEncoder.encode(instruction, ADDRESS));
  }
}
