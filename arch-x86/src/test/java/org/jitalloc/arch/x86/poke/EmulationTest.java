package org.jitalloc.arch.x86.poke;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is recognised; that the emulation is right, {@link TrapHandlerTest} shows by running it. */
class EmulationTest {
  private static final long ADDRESS = 0xffffffffc0001000L;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "55", // push rbp
        "b801000000", // mov eax, 1
        "ff150000", // too short a call
        "e80000000090", // a call and something else
        "c390", // a return and something else
        "0f1f4400", // a piece of a nop
        "0f1f44000090", // two nops
        "9090",
        "0f1fc8", // not /0
        "66",
        "f3c3",
        "7000cc",
        "e9000000",
        "eb"
      })
  void of_otherOrSeveralInstructions_waits(String bytes) {
    assertEquals(Emulation.WAIT, of(bytes).action());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "90",
        "6690",
        "0f1f00",
        "0f1f4000",
        "0f1f440000",
        "660f1f440000",
        "0f1f8000000000",
        "0f1f840000000000",
        "660f1f840000000000",
        "662e0f1f840000000000",
        "66662e0f1f840000000000",
        "0f1f0500000000",
        "0f1f042500000000"
      })
  void of_nop_goesOnBehindIt(String bytes) {
    assertEquals(new Emulation(Emulation.JUMP, ADDRESS + bytes.length() / 2, 0), of(bytes));
  }

  @Test
  void of_backwardBranches_signExtend() {
    assertEquals(new Emulation(Emulation.JUMP, ADDRESS, 0), of("ebfe"));
    assertEquals(new Emulation(Emulation.JUMP, ADDRESS - 0x100, 0), of("e9fbfeffff"));
    assertEquals(
        new Emulation(Emulation.CALL, ADDRESS + 5 - 0x80000000L, ADDRESS + 5), of("e800000080"));
  }

  private static Emulation of(String bytes) {
    return Emulation.of(HexFormat.of().parseHex(bytes), ADDRESS);
  }
}
