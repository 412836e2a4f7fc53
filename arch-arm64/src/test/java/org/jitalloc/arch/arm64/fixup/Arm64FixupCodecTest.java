package org.jitalloc.arch.arm64.fixup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64FixupCodecTest {
  private static CodeFixup alternative(long from, long to, int bytes, int otherBytes) {
    return new CodeFixup(Kind.ALTERNATIVE, to, bytes, 42, false, from, otherBytes);
  }

  /** What GNU as makes of the same instructions at another place. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "b far",
        "bl far; nop",
        "b.ne far; cbz x1, far; cbnz w2, far",
        "tbz x3, #44, far; tbnz w3, #1, far",
        "ldr x4, far; ldr w5, far; ldrsw x6, far; ldr q7, far",
        "adr x8, far; adr x9, far + 3",
        "1: b 1b; b.eq 2f; 2: ret",
        "ldr x0, [x1, #8]; add x0, x0, #1",
      })
  void fit_codeWithDistances_isWhatTheAssemblerMakesThere(String code) {
    byte[] both =
        Arm64Tools.GNU.assemble(
            ".org 0x1000\na: %1$s\nb: .org 0x2000\n%1$s\n.org 0x3000\nfar: nop\nnop\n.word b - a\n"
                .formatted(code));
    int length = both[0x3008] & 0xff;
    byte[] here = Arrays.copyOfRange(both, 0x1000, 0x1000 + length);
    byte[] there = Arrays.copyOfRange(both, 0x2000, 0x2000 + length);
    CodeFixup fixup = alternative(0x1000, 0x2000, length, length);
    assertArrayEquals(there, Arm64FixupCodec.fit(fixup, new byte[length], here, f -> f == 42));
  }

  @Test
  void fit_adrp_leadsToTheSamePage() {
    byte[] adrp = {0, 0, 0, (byte) 0xb0}; // one page behind its own
    CodeFixup fixup = alternative(0x5ffc, 0x3004, 4, 4);
    byte[] code = Arrays.copyOf(new byte[0], 0x3008);
    System.arraycopy(Arm64FixupCodec.fit(fixup, new byte[4], adrp, _ -> true), 0, code, 0x3004, 4);
    String text = Arm64Tools.GNU.disassemble(code).getLast().text();
    assertTrue(text.matches("adrp +x0, 0x6000"), text);
  }

  @Test
  void fit_withoutTheFeature_leavesWhatIsThere() {
    byte[] now = {1, 2, 3, 4};
    CodeFixup fixup = alternative(0x1000, 0x2000, 4, 4);
    assertSame(now, Arm64FixupCodec.fit(fixup, now, new byte[4], f -> f != 42));
    var callback = new CodeFixup(Kind.CALLBACK, 0x2000, 4, 42, false, 0x9000, 0);
    assertSame(now, Arm64FixupCodec.fit(callback, now, new byte[0], _ -> false));
    assertNull(Arm64FixupCodec.fit(callback, now, new byte[0], _ -> true));
  }

  @Test
  void fit_shortAlternative_isPadded() {
    CodeFixup fixup = alternative(0x1000, 0x2000, 12, 4);
    byte[] other = Arm64Tools.GNU.assemble("isb");
    assertArrayEquals(
        Arm64Tools.GNU.assemble("isb; nop; nop"),
        Arm64FixupCodec.fit(fixup, new byte[12], other, _ -> true));
  }

  @Test
  void fit_outOfReachOrNoWholeInstructions_isRefused() {
    byte[] tbz = {0, 0, 0, 0x36};
    CodeFixup far = alternative(0x1000 + 4, 0x800000, 4, 4);
    byte[] elsewhere = Arm64Tools.GNU.assemble("tbz x0, #0, .+0x100");
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> Arm64FixupCodec.fit(far, new byte[4], elsewhere, _ -> true));
    assertTrue(thrown.getMessage().contains("0x800000"), thrown.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Arm64FixupCodec.fit(alternative(0, 8, 6, 4), new byte[6], tbz, _ -> true));
    assertEquals(4, tbz.length);
  }
}
