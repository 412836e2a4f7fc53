package org.jitalloc.arch.x86.fixup;

import static org.jitalloc.arch.x86.fixup.FakeModule.BASE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.x86.X86Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class X86FixupCodecTest {
  private static final X86FixupCodec CODEC = new X86FixupCodec();

  /** What GNU as makes of the same instructions at another place. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "call far",
        "jmp far",
        "call far; ret",
        "lea far(%rip), %rax; mov far+8(%rip), %ecx; ret",
        "cmpl $5, far(%rip); jne 1f; call far; 1: nop",
        "1: dec %ecx; jnz 1b; jz far",
        "jmp 1f; 1:",
        "movabs $0x123456789a, %rax; jmp *%rax",
        "mov %gs:0x28, %rax; vaddps far(%rip), %ymm0, %ymm1",
      })
  void move_codeWithDistances_isWhatTheAssemblerMakesThere(String code) {
    byte[] both =
        FakeModule.assemble(
            ".org 0x1000\n%1$s\n.org 0x2000, 0xcc\n%1$s\nend: .org 0x3000, 0xcc\nfar:\n"
                .formatted(code));
    int length = FakeModule.assemble(code + "\n.org 0x1000\nfar:\n").length;
    length = lengthOf(both, length);
    byte[] here = Arrays.copyOfRange(both, 0x1000, 0x1000 + length);
    byte[] there = Arrays.copyOfRange(both, 0x2000, 0x2000 + length);
    assertArrayEquals(there, MovedCode.move(here, 0x1000, 0x2000));
    assertArrayEquals(here, MovedCode.move(there, 0x2000, 0x1000));
  }

  private static int lengthOf(byte[] both, int most) {
    int end = 0x2000 + most - 1;
    while (both[Math.min(end, both.length - 1)] == (byte) 0xcc) {
      end--;
    }
    return Math.min(end, 0x2fff) + 1 - 0x2000;
  }

  @ParameterizedTest
  @ValueSource(strings = {"06", "e800", "7f7f0f"})
  void move_whatIsNoCode_isRefused(String hex) {
    byte[] code = HexFormat.of().parseHex(hex);
    assertThrows(IllegalArgumentException.class, () -> MovedCode.move(code, 0x1000, 0x9000));
  }

  @Test
  void move_shortBranchOutOfReach_isRefused() {
    byte[] code = {0x74, 0x10};
    assertThrows(IllegalArgumentException.class, () -> MovedCode.move(code, 0x1000, 0x2000));
  }

  private static FakeModule alternatives(String feature) {
    return new FakeModule(
            """
            nop
            site: call slow
            .byte 0x0f, 0x1f, 0x40, 0
            ret
            slow: ret
            .org 0x100, 0xcc
            fast: call slow
            lea slow(%%rip), %%rax
            .org 0x200, 0xcc
            .long site - ., fast - .
            %s
            .byte 9, 5
            """
                .formatted(feature))
        .code(".text", 0, 0x100)
        .code(".altinstr_replacement", 0x100, 0x100);
  }

  @ParameterizedTest
  @CsvSource({
    "'.short 0x123', 12, 0x123, false",
    "'.short 0x8123', 12, 0x123, true",
    "'.short 0x123, 0', 14, 0x123, false",
    "'.short 0x123, 1', 14, 0x123, true",
  })
  void alternative_isReadAndTakenByFeature(
      String feature, int entryBytes, int number, boolean inverted) {
    FakeModule module = alternatives(feature).table(".altinstructions", 0x200, entryBytes);
    List<CodeFixup> fixups = CODEC.read(module, module);
    var expected = new CodeFixup(Kind.ALTERNATIVE, BASE + 1, 9, number, inverted, BASE + 0x100, 5);
    assertEquals(List.of(expected), fixups);
    byte[] now = module.bytes(1, 9);
    byte[] other = module.bytes(0x100, 5);
    byte[] taken = X86FixupCodec.fit(expected, now, other, f -> f == number);
    byte[] left = X86FixupCodec.fit(expected, now, other, f -> f != number);
    assertArrayEquals(now, inverted ? taken : left);
    byte[] replaced = inverted ? left : taken;
    // The call goes where it went, which is where the original goes, too; a NOP of four bytes pads.
    assertArrayEquals(Arrays.copyOf(now, 5), Arrays.copyOf(replaced, 5));
    assertArrayEquals(new byte[] {0x0f, 0x1f, 0x40, 0}, Arrays.copyOfRange(replaced, 5, 9));
  }

  @Test
  void alternative_withoutReplacement_isPadding() {
    var fixup = new CodeFixup(Kind.ALTERNATIVE, BASE, 11, 7, false, BASE + 64, 0);
    byte[] now = FakeModule.assemble("movabs $1, %rax\nret");
    byte[] padded = X86FixupCodec.fit(fixup, now, new byte[0], f -> f == 7);
    assertEquals(now.length, padded.length);
    assertTrue(
        X86Tools.GNU.disassemble(padded).stream()
            .allMatch(i -> i.text().contains("nop") || i.text().matches("xchg +ax,ax")),
        () -> X86Tools.GNU.disassemble(padded).toString());
  }

  /** The replacement in the file calls a function that only stands for the target. */
  @ParameterizedTest
  @CsvSource({"2, true", "2, false", "3, false"})
  void alternative_thatCallsByATable_isLeftWhereItApplies(int flags, boolean hasFeature) {
    FakeModule module =
        new FakeModule(
                """
                site: call *table(%%rip)
                .org 0x80, 0xcc
                table: .quad 0
                .org 0x100, 0xcc
                stand_in: call site
                .org 0x200, 0xcc
                .long site - ., stand_in - .
                .short 0x123, %d
                .byte 6, 5
                """
                    .formatted(flags))
            .code(".text", 0, 0x80)
            .code(".altinstr_replacement", 0x100, 0x100)
            .table(".altinstructions", 0x200, 14);
    CodePlan plan = CODEC.plan(module, module, f -> hasFeature && f == 0x123);
    assertEquals(List.of(), plan.patches());
    boolean inverted = flags == 3;
    var call = new CodeFixup(Kind.PARAVIRTUAL, BASE, 6, 0x123, inverted, 0, 0);
    assertEquals(hasFeature != inverted ? List.of(call) : List.of(), plan.left());
  }

  /** Where a second alternative replaces the call, nothing of it is left. */
  @Test
  void alternative_thatReplacesACallByATable_isTaken() {
    FakeModule module =
        new FakeModule(
                """
                site: call *table(%rip)
                .org 0x80, 0xcc
                table: .quad 0
                .org 0x100, 0xcc
                stand_in: call site
                other: sti
                .org 0x200, 0xcc
                .long site - ., stand_in - .
                .short 1, 2
                .byte 6, 5
                .long site - ., other - .
                .short 2, 0
                .byte 6, 1
                """)
            .code(".text", 0, 0x80)
            .code(".altinstr_replacement", 0x100, 0x100)
            .table(".altinstructions", 0x200, 28);
    CodePlan plan = CODEC.plan(module, module, f -> f == 1 || f == 2);
    assertEquals((byte) 0xfb, module.patched(plan, 6)[0]);
    assertEquals(List.of(), plan.left());
  }

  @Test
  void alternatives_thatLeadNowhere_areRefused() {
    FakeModule cut = alternatives(".short 0x123").table(".altinstructions", 0x200, 11);
    assertThrows(IllegalArgumentException.class, () -> CODEC.read(cut, cut));
    FakeModule shifted = alternatives(".short 0x123").table(".altinstructions", 0x1fc, 12);
    assertThrows(IllegalArgumentException.class, () -> CODEC.read(shifted, shifted));
  }

  @ParameterizedTest
  @CsvSource({
    "'call far', rax, 'call *%rax; nopl (%rax)', 'lfence; call *%rax'",
    "'.byte 0x2e; call far', r11, 'call *%r11; nopl (%rax)', 'lfence; call *%r11'",
    "'call far', r11, 'call *%r11; .byte 0x66, 0x90', ''",
    "'jmp.d32 far', rdx, 'jmp *%rdx; int3; int3; int3', 'lfence; jmp *%rdx'",
    "'.byte 0x2e; jmp.d32 far', r8, 'jmp *%r8; int3; int3; int3', 'lfence; jmp *%r8'",
    "'jne.d32 far', rcx, 'je 1f; jmp *%rcx; int3; int3; 1:', ''",
  })
  void indirectBranch_withoutRetpolines_isDirect(
      String branch, String register, String plain, String fenced) {
    var module =
        new FakeModule(
            "site: %s\nend: .org 0x80, 0xcc\n.long site - .\n.org 0x200, 0xcc\nfar:\n"
                .formatted(branch));
    int length = branch.contains("0x2e") || branch.startsWith("jne") ? 6 : 5;
    module
        .code(".text", 0, 0x80)
        .table(".retpoline_sites", 0x80, 4)
        .relocation(length - 4, "__x86_indirect_thunk_" + register);
    CodeFixup fixup = CODEC.read(module, module).getFirst();
    assertEquals(Kind.INDIRECT_BRANCH, fixup.kind());
    assertEquals(length, fixup.bytes());
    byte[] now = module.bytes(0, length);
    byte[] none = {};
    assertArrayEquals(
        now, X86FixupCodec.fit(fixup, now, none, Set.of(Features.RETPOLINE)::contains));
    assertArrayEquals(FakeModule.assemble(plain), X86FixupCodec.fit(fixup, now, none, _ -> false));
    byte[] expected = fenced.isEmpty() ? now : FakeModule.assemble(fenced);
    assertArrayEquals(
        expected,
        X86FixupCodec.fit(
            fixup, now, none, Set.of(Features.RETPOLINE, Features.RETPOLINE_LFENCE)::contains));
  }

  @Test
  void indirectBranch_thatIsNone_isRefused() {
    var fixup = new CodeFixup(Kind.INDIRECT_BRANCH, BASE, 5, 236, true, 0, 0);
    byte[] now = FakeModule.assemble("mov $1, %eax");
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> X86FixupCodec.fit(fixup, now, new byte[0], _ -> false));
    assertTrue(thrown.getMessage().contains("b801000000"), thrown.getMessage());
  }

  @Test
  void returnsCallsAndLocks_areRead() {
    var module =
        new FakeModule(
            """
            r: jmp.d32 far
            c: call far
            t: jmp.d32 far
            l: lock incl (%rax)
            .org 0x80, 0xcc
            .long r - .
            .long c - ., 0x300 - (. - r)
            .long t - ., 0x301 - (. - r)
            .long l - .
            .org 0x200, 0xcc
            far:
            """);
    module
        .code(".text", 0, 0x80)
        .table(".return_sites", 0x80, 4)
        .table(".static_call_sites", 0x84, 16)
        .table(".smp_locks", 0x94, 4);
    List<CodeFixup> fixups = CODEC.read(module, module);
    assertEquals(
        List.of(
            new CodeFixup(Kind.RETURN, BASE, 5, Features.RETHUNK, true, 0, 0),
            new CodeFixup(Kind.STATIC_CALL, BASE + 5, 5, -1, false, BASE + 0x300, 0),
            new CodeFixup(Kind.STATIC_TAIL_CALL, BASE + 10, 5, -1, false, BASE + 0x300, 0),
            new CodeFixup(Kind.LOCK, BASE + 15, 1, Features.UP, false, 0, 0)),
        fixups);
    byte[] now = module.bytes(0, 5);
    byte[] none = {};
    assertArrayEquals(
        FakeModule.assemble("ret; int3; int3; int3; int3"),
        X86FixupCodec.fit(fixups.getFirst(), now, none, _ -> false));
    assertArrayEquals(now, X86FixupCodec.fit(fixups.getFirst(), now, none, _ -> true));
    byte[] lock = module.bytes(15, 1);
    assertArrayEquals(lock, X86FixupCodec.fit(fixups.getLast(), lock, none, _ -> false));
    assertArrayEquals(
        FakeModule.assemble("ds"), X86FixupCodec.fit(fixups.getLast(), lock, none, _ -> true));
    byte[] plain = {0x3e};
    assertArrayEquals(plain, X86FixupCodec.fit(fixups.getLast(), plain, none, _ -> true));
  }

  private static FakeModule staticCalls() {
    return new FakeModule(
            """
            start: call tramp
            jmp.d32 tramp
            call tramp
            jmp.d32 tramp
            call tramp
            jmp.d32 tramp
            jne.d32 tramp
            jne.d32 tramp
            call tramp
            .org 0x80, 0xcc
            .long start - ., key - .
            .long start + 5 - ., key + 1 - .
            .long start + 10 - ., empty - .
            .long start + 15 - ., empty + 1 - .
            .long start + 20 - ., gives0 - .
            .long start + 25 - ., gives0 + 1 - .
            .long start + 30 - ., key + 3 - .
            .long start + 36 - ., empty + 1 - .
            .long start + 42 - ., elsewhere - .
            .org 0x100
            key: .quad 0xffffffffc0100000 + function - start, 0
            empty: .quad 0, 0
            gives0: .quad 0xffffffffc0100000 + return0 - start, 0
            .org 0x180, 0xcc
            tramp: jmp.d32 function
            .org 0x200, 0xcc
            function: ret
            .org 0x280, 0xcc
            return0: ret
            .org 0x300, 0xcc
            thunk: ret
            .org 0x400
            elsewhere:
            """)
        .code(".text", 0, 0x80)
        .table(".static_call_sites", 0x80, 72)
        .table(".data", 0x100, 0x30)
        .relocation(3, 0x20, "__static_call_return0")
        .symbol("__x86_return_thunk", 0x300);
  }

  @Test
  void staticCalls_byKeysOfTheModule_areBound_othersAreLeft() {
    FakeModule module = staticCalls();
    CodePlan plan = CODEC.plan(module, module, _ -> false);
    byte[] expected =
        FakeModule.assemble(
            """
            start: call function
            jmp.d32 function
            .byte 0x0f, 0x1f, 0x44, 0, 0
            ret; int3; int3; int3; int3
            .byte 0x2e, 0x2e, 0x2e; xor %eax, %eax
            jmp.d32 return0
            jne.d32 function
            jne.d32 tramp
            call tramp
            .org 0x180, 0xcc
            tramp:
            .org 0x200
            function:
            .org 0x280
            return0:
            """);
    assertArrayEquals(Arrays.copyOf(expected, 47), module.patched(plan, 47));
    assertEquals(
        List.of(
            new CodeFixup(Kind.STATIC_TAIL_CALL, BASE + 36, 6, -1, false, BASE + 0x110, 0),
            new CodeFixup(Kind.STATIC_CALL, BASE + 42, 5, -1, false, BASE + 0x400, 0)),
        plan.left());
    // A plan is a plan: nothing has changed.
    assertArrayEquals(staticCalls().bytes(0, 0x400), module.bytes(0, 0x400));
  }

  @Test
  void staticCalls_ofNothing_returnByTheThunkOfTheProcessor() {
    FakeModule module = staticCalls();
    CodePlan plan = CODEC.plan(module, module, f -> f == Features.RETHUNK);
    byte[] code = module.patched(plan, 47);
    byte[] expected =
        FakeModule.assemble(
            ".skip 15\njmp.d32 thunk\n.skip 16\njne.d32 thunk\n.org 0x300\nthunk:\n");
    assertArrayEquals(Arrays.copyOfRange(expected, 15, 20), Arrays.copyOfRange(code, 15, 20));
    assertArrayEquals(Arrays.copyOfRange(expected, 36, 42), Arrays.copyOfRange(code, 36, 42));
    assertEquals(1, plan.left().size());
  }

  @Test
  void staticCalls_ofWhatIsOutOfReach_areLeft() {
    FakeModule module = staticCalls().set(0x107, 0x7f);
    CodePlan plan = CODEC.plan(module, module, _ -> false);
    assertArrayEquals(module.bytes(0, 10), Arrays.copyOf(module.patched(plan, 47), 10));
    assertEquals(5, plan.left().size());
  }

  @Test
  void staticCall_whereThereIsNone_isRefused() {
    FakeModule module = staticCalls().set(5, 0xe8);
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> CODEC.plan(module, module, _ -> false));
    assertTrue(thrown.getMessage().contains("no static tail call: e8"), thrown.getMessage());
  }

  @Test
  void alternative_isCopied_asItsBranchesHaveBecome() {
    var module =
        new FakeModule(
            """
            site: .skip 5, 0x90
            .org 0x40, 0xcc
            other: call far
            .org 0x80, 0xcc
            .long other - .
            .long site - ., other - .
            .short 7
            .byte 5, 5
            .org 0x200
            far:
            """);
    module
        .code(".text", 0, 0x40)
        .code(".altinstr_replacement", 0x40, 0x40)
        .table(".retpoline_sites", 0x80, 4)
        .table(".altinstructions", 0x84, 12)
        .relocation(0x41, "__x86_indirect_thunk_rbx");
    CodePlan plan = CODEC.plan(module, module, f -> f == 7);
    assertArrayEquals(
        FakeModule.assemble("call *%rbx; nopl (%rax)"),
        Arrays.copyOf(module.patched(plan, 0x80), 5));
  }
}
