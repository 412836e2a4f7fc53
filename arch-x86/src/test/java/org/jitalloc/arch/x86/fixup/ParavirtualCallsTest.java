package org.jitalloc.arch.x86.fixup;

import static org.jitalloc.arch.x86.fixup.FakeModule.BASE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.CodePlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParavirtualCallsTest {
  private static final X86FixupCodec CODEC = new X86FixupCodec();

  /** Two calls by the table of operations; an alternative for feature 7 does without the first. */
  private static FakeModule paravirtual() {
    return new FakeModule(
            """
            start: call *far(%rip)
            call *far(%rip)
            .org 0x40, 0xcc
            other: pushf; pop %rax
            .org 0x80, 0xcc
            .long start - ., other - .
            .short 7
            .byte 6, 2
            .org 0xa0
            .quad 0xffffffffc0100000
            .byte 30, 6
            .balign 16
            .quad 0xffffffffc0100006
            .byte 31, 6
            .org 0x200
            far:
            """)
        .code(".text", 0, 0x40)
        .code(".altinstr_replacement", 0x40, 0x40)
        .table(".altinstructions", 0x80, 12)
        .table(".parainstructions", 0xa0, 0x20);
  }

  @Test
  void paravirtualCalls_areRecorded_andLeftUnlessAnAlternativeIsThere() {
    FakeModule module = paravirtual();
    var first = new CodeFixup(Kind.PARAVIRTUAL, BASE, 6, -1, false, 30, 0);
    var second = new CodeFixup(Kind.PARAVIRTUAL, BASE + 6, 6, -1, false, 31, 0);
    assertEquals(List.of(first, second), CODEC.read(module, module).subList(1, 3));
    CodePlan without = CODEC.plan(module, module, f -> f != 7);
    assertEquals(List.of(first, second), without.left());
    assertArrayEquals(module.bytes(0, 12), module.patched(without, 12));
    CodePlan with = CODEC.plan(module, module, f -> f == 7);
    assertEquals(List.of(second), with.left());
    byte[] expected = FakeModule.assemble("pushf; pop %rax; .byte 0x0f, 0x1f, 0x40, 0");
    assertArrayEquals(expected, Arrays.copyOf(module.patched(with, 12), 6));
  }

  @ParameterizedTest
  @CsvSource({
    "0xa9, 0, no code of 0 bytes is there",
    "0xa9, 65, no code of 65 bytes is there",
    "0xa2, 0, .parainstructions leads to 0xffffffffc0000000",
  })
  void paravirtualCalls_thatLeadNowhere_areRefused(int at, int value, String message) {
    FakeModule module = paravirtual().set(at, value);
    var thrown = assertThrows(IllegalArgumentException.class, () -> CODEC.read(module, module));
    assertTrue(thrown.getMessage().contains(message), thrown.getMessage());
  }

  @Test
  void paravirtualCalls_thatAreCut_areRefused() {
    FakeModule cut = new FakeModule("nop").table(".parainstructions", 0, 1);
    assertThrows(IllegalArgumentException.class, () -> CODEC.read(cut, cut));
  }
}
