package org.jitalloc.arch.s390.fixup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.s390.S390Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S390FixupCodecTest {
  private static CodeFixup alternative(long from, long to, int bytes, int otherBytes) {
    return new CodeFixup(Kind.ALTERNATIVE, to, bytes, 82, false, from, otherBytes);
  }

  /** What GNU as makes of the same instructions at another place. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jg far",
        "brasl %r14, far; nopr",
        "larl %r1, far; lgrl %r2, far; cgrl %r3, far; exrl %r0, far",
        "jne far; bras %r5, far; brct %r6, far; brctg %r7, far",
        "brxh %r1, %r2, far; brxle %r1, %r2, far; brxhg %r1, %r2, far; brxlg %r1, %r2, far",
        "cgrj %r1, %r2, 8, far; crj %r1, %r2, 8, far; cgij %r1, 5, 8, far; clij %r1, 5, 8, far",
        "brcth %r3, far",
        "1: j 1b; je 2f; 2: br %r14",
        "lg %r1, 8(%r2); iilf %r3, 77; lpp 0; bcr 0, %r0",
      })
  void fit_codeWithDistances_isWhatTheAssemblerMakesThere(String code) {
    byte[] both =
        S390Tools.GNU.assemble(
            ".org 0x1000\na: %1$s\nb: .org 0x2000\n%1$s\n.org 0x3000\nfar: .quad 0\n.byte b - a\n"
                .formatted(code));
    int length = both[0x3008] & 0xff;
    byte[] here = Arrays.copyOfRange(both, 0x1000, 0x1000 + length);
    byte[] there = Arrays.copyOfRange(both, 0x2000, 0x2000 + length);
    CodeFixup fixup = alternative(0x1000, 0x2000, length, length);
    assertArrayEquals(there, S390FixupCodec.fit(fixup, new byte[length], here, f -> f == 82));
  }

  @Test
  void fit_shortAlternative_isPaddedWithBranchesOnNoCondition() {
    byte[] other = S390Tools.GNU.assemble("br %r14");
    for (int bytes = 2; bytes <= 20; bytes += 2) {
      byte[] fitted =
          S390FixupCodec.fit(
              alternative(0x100, 0x200, bytes, 2), new byte[bytes], other, _ -> true);
      var decoded = S390Tools.GNU.disassemble(fitted);
      assertTrue(
          decoded.stream().skip(1).allMatch(i -> i.text().matches("(nopr?|jgnop|brcl +0,).*")),
          decoded.toString());
    }
  }

  @Test
  void fit_withoutTheFacility_leavesWhatIsThere() {
    byte[] now = {7, 0};
    assertSame(now, S390FixupCodec.fit(alternative(0, 8, 2, 2), now, now.clone(), f -> f != 82));
  }

  @Test
  void fit_cutOrOutOfReach_isRefused() {
    byte[] cut = {(byte) 0xc0, (byte) 0xf4};
    assertThrows(
        IllegalArgumentException.class,
        () -> S390FixupCodec.fit(alternative(0, 64, 4, 2), new byte[4], cut, _ -> true));
    byte[] branch = S390Tools.GNU.assemble("j .+0x100");
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                S390FixupCodec.fit(alternative(0, 0x100000, 4, 4), new byte[4], branch, _ -> true));
    assertTrue(thrown.getMessage().contains("0x100000"), thrown.getMessage());
  }
}
