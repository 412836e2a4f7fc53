package org.jitalloc.arch.arm64.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.jitalloc.JitAllocException;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.trace.ProbeCodec.Detour;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and detours byte by byte, against GNU as. Each instruction stands at 0x1000. */
class Arm64ProbesTest {
  private static final int CALL_WORDS = 12;
  private static final long FROM = 0x1000;
  private static final long AT = 0x4000;
  private static final long ENTRY = 0x8000;

  private final Arm64Probes probes = new Arm64Probes();

  /** Assembles text that stands at an address; 1f is its own first byte less the address. */
  private static byte[] assemble(long address, String text) {
    String lines = text.replace(";", "\n").replace("@", "_start-0x%x+".formatted(address));
    return Arm64Tools.GNU.assemble("_start:\n" + lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add x1, x2, #3 | add x1, x2, #3; b @0x1004",
        "nop | nop; b @0x1004",
        "ret | ret",
        "br x3 | br x3",
        "b @0x2000 | b @0x2000",
        "bl @0x2000 | movz x30, 0x1004; movk x30, 0, lsl 16; movk x30, 0, lsl 32;"
            + " movk x30, 0, lsl 48; b @0x2000",
        "blr x7 | movz x30, 0x1004; movk x30, 0, lsl 16; movk x30, 0, lsl 32;"
            + " movk x30, 0, lsl 48; br x7",
        "b.ne @0x1800 | b.ne .+8; b @0x1004; b @0x1800",
        "cbnz x4, @0x800 | cbnz x4, .+8; b @0x1004; b @0x800",
        "tbz w5, #3, @0x1010 | tbz w5, #3, .+8; b @0x1004; b @0x1010",
        "adr x6, @0x1234 | movz x6, 0x1234; movk x6, 0, lsl 16; movk x6, 0, lsl 32;"
            + " movk x6, 0, lsl 48; b @0x1004",
        "ldr x8, @0x1100 | movz x8, 0x1100; movk x8, 0, lsl 16; movk x8, 0, lsl 32;"
            + " movk x8, 0, lsl 48; ldr x8, [x8]; b @0x1004",
        "ldrsw x8, @0xff0 | movz x8, 0xff0; movk x8, 0, lsl 16; movk x8, 0, lsl 32;"
            + " movk x8, 0, lsl 48; ldrsw x8, [x8]; b @0x1004",
      })
  void detour_doesWhatTheInstructionDoes(String original, String moved) {
    byte[] code = assemble(FROM, original);
    byte[] detour = probes.detour(new Detour(0x12345, FROM, code, true, false), AT, ENTRY);
    String call =
        "stp x29, x30, [sp, #-32]!; stp x16, x17, [sp, #16]; movz x16, 0x2345;"
            + " movk x16, 1, lsl 16; sxtw x16, w16; movz x17, 0x8000; movk x17, 0, lsl 16;"
            + " movk x17, 0, lsl 32; movk x17, 0, lsl 48; blr x17; ldp x16, x17, [sp, #16];"
            + " ldp x29, x30, [sp], #32;";
    assertHex(assemble(AT, call + moved), detour);
  }

  private static void assertHex(byte[] wanted, byte[] found) {
    assertEquals(HexFormat.of().formatHex(wanted), HexFormat.of().formatHex(found));
  }

  @Test
  void detourWithTwoHandlers_andThePlaceOfReturn() {
    byte[] nop = assemble(FROM, "nop");
    byte[] before = probes.detour(new Detour(5, FROM, nop, true, false), AT, ENTRY);
    byte[] both = probes.detour(new Detour(5, FROM, nop, true, true), AT, ENTRY);
    assertEquals(before.length + CALL_WORDS * 4, both.length);
    byte[] place = probes.returnPlace(AT, ENTRY);
    assertArrayEquals(
        assemble(AT, "ret"), java.util.Arrays.copyOfRange(place, CALL_WORDS * 4, place.length));
  }

  @Test
  void tooFarAway_isRefused() {
    var detour = new Detour(1, FROM, assemble(FROM, "nop"), true, false);
    assertEquals(
        JitAllocException.Reason.UNREACHABLE,
        assertThrows(JitAllocException.class, () -> probes.detour(detour, 1L << 28, 1L << 28))
            .reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "svc #0", "hvc #1", "brk #4", "hlt #0", "eret", "msr daif, x0", "msr daifset, #2",
        "msr tpidr_el0, x1", "mrs x0, daif", "wfi", "yield", "sev", "ldr q0, .+16",
            "prfm pldl1keep, .+8",
        "ldxr x0, [x1]", "stxr w0, x1, [x2]", "ldaxrb w0, [x1]", "blr x30", "udf #1"
      })
  void cannotBeProbed(String text) {
    assertTrue(probes.read(Arm64Tools.GNU.assemble(text)).refusal(0).isPresent(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nop",
        "hint #34",
        "hint #25",
        "mrs x0, nzcv",
        "mrs x0, tpidr_el0",
        "dmb ish",
        "isb",
        "ret",
        "br x16",
        "blr x1",
        "bl .+64",
        "ldar x0, [x1]",
        "ldr w3, .+8",
        "adrp x1, .+4096",
        "ldadd x0, x1, [x2]",
        "fadd d0, d1, d2",
        "ldp x29, x30, [sp], #16"
      })
  void canBeProbed(String text) {
    var read = probes.read(Arm64Tools.GNU.assemble(text));
    assertTrue(read.refusal(0).isEmpty(), () -> read.refusal(0).toString());
  }

  @Test
  void betweenExclusives_andInsideAndOutside_isRefused() {
    var read =
        probes.read(
            Arm64Tools.GNU.assemble(
                "ldxr x0, [x1]\nadd x0, x0, #1\nstxr w2, x0, [x1]\ncbnz w2, .-12\nret"));
    assertTrue(read.refusal(4).orElseThrow().contains("between"));
    assertTrue(read.refusal(12).isEmpty());
    assertTrue(read.refusal(13).orElseThrow().contains("inside an instruction"));
    assertTrue(read.refusal(20).orElseThrow().contains("outside"));
    assertFalse(read.isStraight(12));
    assertEquals(5, read.starts().cardinality());
  }

  @Test
  void entry_isMadeOfInstructionsThatGnuKnows() {
    byte[] entry = probes.entry(0x7fff_1234_5678L, java.util.Set.of());
    var decoded = Arm64Tools.GNU.disassemble(entry);
    assertEquals(entry.length / 4, decoded.size());
    assertTrue(decoded.stream().allMatch(d -> d.defined()));
    assertEquals("sub sp, sp, #0x320", decoded.getFirst().text());
    assertEquals("ret", decoded.getLast().text());
    assertTrue(decoded.stream().anyMatch(d -> d.text().equals("stp q30, q31, [sp, #768]")));
    assertTrue(decoded.stream().anyMatch(d -> d.text().equals("msr nzcv, x9")));
    assertTrue(decoded.stream().anyMatch(d -> d.text().equals("mrs x11, fpsr")));
  }
}
