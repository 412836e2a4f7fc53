package org.jitalloc.arch.x86.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused and why; that what is accepted works is {@link OutOfLineTest}'s. */
class ProbesTest {
  private static final long FROM = 0x7f00_0000_0000L;
  private static final long TWO_GIB = 1L << 31;

  @ParameterizedTest
  @CsvSource({
    "cc, BREAKPOINT",
    "cd80, BREAKPOINT",
    "f1, BREAKPOINT",
    "0f0b, UNDEFINED",
    "0fb9c0, UNDEFINED",
    "0fffc0, UNDEFINED",
    "8ed0, MASKS_EXCEPTIONS",
    "cf, LEAVES_SEGMENT",
    "48cf, LEAVES_SEGMENT",
    "cb, LEAVES_SEGMENT",
    "ca0800, LEAVES_SEGMENT",
    "ff18, LEAVES_SEGMENT",
    "48ff28, LEAVES_SEGMENT",
    "0f34, LEAVES_SEGMENT",
    "0f35, LEAVES_SEGMENT",
    "480f07, LEAVES_SEGMENT",
    "0f01c1, VIRTUALIZATION",
    "0f01d9, VIRTUALIZATION",
    "0f01c2, VIRTUALIZATION",
    "67488d0500000000, SHORT_ADDRESS",
    "67ff2500000000, SHORT_ADDRESS",
    "66ffd0, VENDOR_DEPENDENT",
    "667500, VENDOR_DEPENDENT",
    "66c3, VENDOR_DEPENDENT",
    "ffd4, CALLS_THE_STACK",
    "06, UNDECODABLE"
  })
  void instruction_thatCannotBeProbed_saysWhy(String code, ProbeRefusal why) {
    byte[] bytes = HexFormat.of().parseHex(code);
    var sweep = Sweep.of(bytes, 0, bytes.length);
    assertEquals(Optional.of(why), Probes.check(bytes, 0, sweep, 0));
    var refused =
        assertInstanceOf(
            Detour.Refused.class, OutOfLine.move(bytes, 0, bytes.length, FROM, FROM + 4096));
    assertEquals(why, refused.why());
    assertTrue(refused.text().startsWith("the instruction at 0x7f0000000000 " + why.reason()));
  }

  @Test
  void address_thatIsNoInstruction_saysWhy() {
    byte[] code = HexFormat.of().parseHex("b801000000" + "06" + "90");
    var sweep = Sweep.of(code, 0, code.length);
    assertEquals(Optional.of(ProbeRefusal.OUTSIDE), Probes.check(code, 0, sweep, -1));
    assertEquals(Optional.of(ProbeRefusal.OUTSIDE), Probes.check(code, 0, sweep, 7));
    assertEquals(Optional.of(ProbeRefusal.MID_INSTRUCTION), Probes.check(code, 0, sweep, 1));
    assertEquals(Optional.of(ProbeRefusal.UNDECODABLE), Probes.check(code, 0, sweep, 5));
    assertEquals(Optional.of(ProbeRefusal.UNDECODABLE), Probes.check(code, 0, sweep, 6));
    assertEquals(Optional.empty(), Probes.check(code, 0, sweep, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"90", "e900000000", "7500", "e800000000", "488b0500000000", "ff1500000000"})
  void otherPlace_tooFarAway_isRefused(String code) {
    byte[] bytes = HexFormat.of().parseHex(code);
    for (long to : new long[] {FROM + TWO_GIB + 4096, FROM - TWO_GIB - 4096}) {
      var detour = OutOfLine.move(bytes, 0, bytes.length, FROM, to);
      assertEquals(
          ProbeRefusal.UNREACHABLE, assertInstanceOf(Detour.Refused.class, detour).why(), code);
    }
    for (long to : new long[] {FROM + TWO_GIB - 4096, FROM - TWO_GIB + 4096}) {
      assertInstanceOf(Detour.Moved.class, OutOfLine.move(bytes, 0, bytes.length, FROM, to), code);
    }
  }

  @Test
  void memoryAtADistance_staysTheSameMemory() {
    // cmpl $0x11223344, 0x1000(%rip)
    byte[] code = HexFormat.of().parseHex("813d0010000044332211");
    var moved =
        assertInstanceOf(
            Detour.Moved.class, OutOfLine.move(code, 0, code.length, FROM, FROM + 0x100));
    var instruction = new DecodedInstruction();
    assertTrue(Decoder.decode(moved.code(), 0, moved.code().length, instruction));
    assertEquals(FROM + code.length + 0x1000, instruction.ripTarget(FROM + 0x100));
    int jump = instruction.length();
    assertTrue(Decoder.decode(moved.code(), jump, moved.code().length, instruction));
    assertEquals(FROM + code.length, instruction.branchTarget(FROM + 0x100 + jump));
  }

  @ParameterizedTest
  @CsvSource({
    // Two bytes and three; seven bytes; a call, and a return, behind three bytes.
    "31c04889d8c3, 0, Covers[bytes=5]",
    "4889d84889d8c3, 0, Covers[bytes=6]",
    "48c7c000000000c3, 0, Covers[bytes=7]",
    "4889d8e800000000c3, 0, 'Covers[bytes=8]'",
    "90909090c3, 0, Covers[bytes=5]",
    // Less than five bytes.
    "90909090, 0, 'Refused[why=TOO_SHORT, offset=0]'",
    // A call or a system call that comes back to the middle.
    "0f05909090, 0, 'Refused[why=NOT_STRAIGHT, offset=0]'",
    "9090900f05c3, 0, 'Refused[why=NOT_STRAIGHT, offset=3]'",
    "c390909090c3, 0, 'Refused[why=NOT_STRAIGHT, offset=0]'",
    "909090ccc3, 0, 'Refused[why=BREAKPOINT, offset=3]'",
    // A branch back to the second instruction, to the first, and behind what is covered.
    "31c04889d875fbc3, 0, 'Refused[why=ENTERED, offset=2]'",
    "31c04889d875f9c3, 2, 'Covers[bytes=5]'",
    "31c04889d87500c3, 0, Covers[bytes=5]",
    "31c04889d875fec3, 0, Covers[bytes=5]",
    // An indirect jump, and the address of the second instruction taken.
    "31c04889d8ffe0, 0, 'Refused[why=INDIRECT_JUMP, offset=0]'",
    "31c0488d05f9ffffffc3, 0, 'Refused[why=ENTERED, offset=2]'",
    // Something behind that does not decode, and so might be a branch.
    "48c7c00000000006, 0, 'Refused[why=UNDECODABLE, offset=7]'",
    "48c7c000000000c3, 1, 'Refused[why=MID_INSTRUCTION, offset=1]'"
  })
  void jump_coversWholeInstructions_orSaysWhyNot(String code, int offset, String expected) {
    byte[] bytes = HexFormat.of().parseHex(code);
    var sweep = Sweep.of(bytes, 0, bytes.length);
    assertEquals(expected, JumpCover.of(bytes, 0, sweep, offset, new BitSet()).toString());
  }

  @Test
  void jump_overAnEntryFromOutside_isRefused() {
    byte[] code = HexFormat.of().parseHex("31c04889d8c3");
    var sweep = Sweep.of(code, 0, code.length);
    assertEquals(
        new JumpCover.Refused(ProbeRefusal.ENTERED, 2),
        JumpCover.of(code, 0, sweep, 0, BitSet.valueOf(new long[] {1 << 2})));
    assertEquals(
        new JumpCover.Covers(5),
        JumpCover.of(code, 0, sweep, 0, BitSet.valueOf(new long[] {1 << 5 | 1})));
  }

  @ParameterizedTest
  @CsvSource({
    "4889d8, true",
    "488b0500000000, true",
    "55, true",
    "c5f877, true",
    "f3480fb8c0, true",
    "48b80102030405060708, true",
    // Longer than a slot has room for beside a jump; CS or 67 in front; x87; EVEX.
    "6648b80102030405060708, false",
    "2e4889d8, false",
    "67488b00, false",
    "d9c0, false",
    "62f17c4858c0, false",
    // Branches, what shows or sets the flag of interrupts, what is the system's.
    "eb00, false",
    "7500, false",
    "c3, false",
    "e2fe, false",
    "9c, false",
    "9d, false",
    "fa, false",
    "fb, false",
    "f4, false",
    "0f20c0, false",
    "0f30, false",
    "0fa2, true",
    "0f05, false",
    "0f01f8, false",
    "cc, false",
    "0f0b, false",
    "8ed0, false"
  })
  void boostable(String code, boolean boostable) {
    byte[] bytes = HexFormat.of().parseHex(code);
    var instruction = new DecodedInstruction();
    assertTrue(Decoder.decode(bytes, 0, bytes.length, instruction));
    assertEquals(boostable, Probes.isBoostable(instruction));
  }
}
