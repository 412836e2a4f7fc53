package org.jitalloc.arch.x86.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What objdump does not show, or shows otherwise than processors do it. */
class DecoderTest {
  private static final int CASES = 100_000;

  private final DecodedInstruction instruction = new DecodedInstruction();

  @ParameterizedTest
  @CsvSource({
    // A REX counts only right before the opcode.
    "486690, 3",
    "48b866909090909090909090, 10",
    "4866b8cccc, 5",
    "4048b8cccccccccccccccc, 11",
    // A REX.W outweighs 66, so both vendors read four bytes.
    "6648e800000000, 7",
    "666648e800000000, 8",
    // WAIT is an instruction of its own.
    "9bd930, 1",
    "669bd930, 2",
    // 67 shortens an address that stands in the instruction.
    "a10102030405060708, 9",
    "67a101020304, 6",
    // Moves of control registers name registers whatever the mode says.
    "0f2000, 3",
    "0f2344, 3",
    "c8010203, 4",
    "660f78c00102, 6",
    "0f0f00bf, 4",
    "f00fb108, 4",
    "f00f20c0, 4",
    "6666666666662e0f1f840000000000, 15"
  })
  void length(String code, int length) {
    assertTrue(decode(code), () -> instruction.outcome().reason());
    assertEquals(length, instruction.length());
  }

  @ParameterizedTest
  @CsvSource({
    "66e801020304, VENDOR_DEPENDENT",
    "660f8401020304, VENDOR_DEPENDENT",
    "66c7f801020304, VENDOR_DEPENDENT",
    "f001c0, NOT_LOCKABLE",
    "f08b00, NOT_LOCKABLE",
    "66c5f877, PREFIX_BEFORE_VECTOR",
    "48c5f877, PREFIX_BEFORE_VECTOR",
    "f262f17c4858c0, PREFIX_BEFORE_VECTOR",
    "06, UNDEFINED",
    "d51090, UNDEFINED",
    "8ec8, UNDEFINED",
    "8cf0, UNDEFINED",
    "0f20c8, UNDEFINED",
    "440f20c0, DECODED",
    "440f20d8, UNDEFINED",
    "440f21c0, UNDEFINED",
    "c5f877, DECODED",
    "c5fb77, UNDEFINED",
    "0fff, TRUNCATED",
    "c5f8, TRUNCATED",
    "62f17c485801, DECODED",
    "62f17cc85801, UNDEFINED",
    "6666666666666666666666666666666690, TOO_LONG",
    "66666666666666666666666666666690, TOO_LONG",
    "666666666666666666666666666690, DECODED"
  })
  void outcome(String code, Outcome outcome) {
    decode(code);
    assertEquals(outcome, instruction.outcome());
  }

  @Test
  void parts_areWhereTheyAre() {
    // cmp qword ptr [rip+0x11223344], 0x55667788 behind a segment prefix
    assertTrue(decode("2e48813d4433221188776655"));
    assertEquals(4, instruction.displacementOffset());
    assertEquals(4, instruction.displacementBytes());
    assertEquals(8, instruction.immediateOffset());
    assertEquals(4, instruction.immediateBytes());
    assertTrue(instruction.isRipRelative());
    assertEquals(0x11223344 + 0x1000 + 12, instruction.ripTarget(0x1000));
    // mov eax, [rbp+0x11223344]; mov eax, [0x11223344] with a SIB byte
    assertTrue(decode("8b8544332211"));
    assertFalse(instruction.isRipRelative());
    assertTrue(decode("8b042544332211"));
    assertFalse(instruction.isRipRelative());
    assertEquals(3, instruction.displacementOffset());
  }

  @Test
  void instruction_cutAnywhere_isTruncated() {
    long seed = new Random().nextLong();
    byte[] code = new RandomCode(seed).bytes(CASES);
    int cut = 0;
    for (int start = 0; start < code.length - DecodedInstruction.MAX_BYTES; start++) {
      if (!Decoder.decode(code, start, code.length, instruction)) {
        continue;
      }
      byte[] alone = Arrays.copyOfRange(code, start, start + instruction.length());
      String hex = HexFormat.of().formatHex(alone);
      assertTrue(Decoder.decode(alone, 0, alone.length, instruction), hex);
      for (int end = 0; end < alone.length; end++, cut++) {
        byte[] shorter = Arrays.copyOf(alone, end);
        assertFalse(Decoder.decode(shorter, 0, end, instruction), hex);
        assertEquals(
            Outcome.TRUNCATED, instruction.outcome(), () -> "%s, seed %d".formatted(hex, seed));
      }
    }
    assertTrue(cut > CASES, "too few cuts: " + cut);
  }

  private boolean decode(String code) {
    byte[] bytes = HexFormat.of().parseHex(code);
    return Decoder.decode(bytes, 0, bytes.length, instruction);
  }
}
