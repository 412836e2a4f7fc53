package org.jitalloc.arch.x86.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jitalloc.arch.bpf.BpfCode;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.x86.X86Tools;
import org.junit.jupiter.api.Test;

/**
 * How good the code is: what stands between the patch site and the end of small programs, in the
 * words of GNU as.
 */
class CodeShapeTest {
  private static final BpfInsn EXIT = insn(0x95, 0, 0, 0, 0);
  private static final String PATCH_SITE = "nop DWORD PTR [rax + rax + 0x55]\n";

  @Test
  void service_plainClassPath_isFound() {
    var found = ServiceLoader.load(BpfCodeGenerator.class).stream();
    assertTrue(found.anyMatch(p -> p.type() == X86BpfCodeGenerator.class));
  }

  @Test
  void emptyProgram_isThreeInstructions() {
    check("xor eax, eax\nret", false, insn(0xb7, 0, 0, 0, 0), EXIT);
  }

  @Test
  void unreadRegisters_areNotZeroed() {
    check("mov rdi, rsi\nmov rax, rdi\nret", false, insn(0xbf, 0, 1, 0, 0), EXIT);
    check("xor edx, edx\nmov rax, rdx\nret", false, insn(0xbf, 0, 3, 0, 0), EXIT);
  }

  @Test
  void operationsOn4Bytes_needNoZeroExtension() {
    check(
        "mov rdi, rsi\nmov rsi, rdx\nadd edi, esi\nxor edi, 7\nmov eax, edi\nret",
        false,
        insn(0x0c, 1, 2, 0, 0),
        insn(0xa4, 1, 0, 0, 7),
        insn(0xbc, 0, 1, 0, 0),
        EXIT);
  }

  @Test
  void rotation_isOneRotation() {
    check(
        "mov rdi, rsi\nmov eax, edi\nrol eax, 6\nret",
        false,
        insn(0xbc, 3, 1, 0, 0),
        insn(0x74, 3, 0, 0, 26),
        insn(0xbc, 0, 1, 0, 0),
        insn(0x64, 0, 0, 0, 6),
        insn(0x4c, 0, 3, 0, 0),
        EXIT);
  }

  @Test
  void divisionByConstant_doesNotDivide() {
    check(
        "mov rdi, rsi\n"
            + "mov r11d, edi\n"
            + "mov r10d, 0xcccccccd\n"
            + "imul r10, r11\n"
            + "shr r10, 35\n"
            + "mov edi, r10d\n"
            + "mov rax, rdi\n"
            + "ret",
        false,
        insn(0x34, 1, 0, 0, 10),
        insn(0xbf, 0, 1, 0, 0),
        EXIT);
  }

  @Test
  void division_savesOnlyWhatIsStillRead() {
    check(
        "mov rdi, rsi\nmov rsi, rdx\ntest rsi, rsi\nje 2f\n"
            + "mov rax, rdi\nxor edx, edx\ndiv rsi\nmov rdi, rdx\n1: mov rax, rdi\nret\n2: jmp 1b",
        false,
        insn(0x9f, 1, 2, 0, 0),
        insn(0xbf, 0, 1, 0, 0),
        EXIT);
  }

  @Test
  void jumpOverJump_isOneJump_andLoopHeadsAreAligned_withAStopSite() {
    String loop =
        "push r12\nmov r12, rdi\nxor eax, eax\n.nops 9\n.nops 9\n.nops 2\n"
            + "1: .byte 0x0f, 0x1f, 0x44, 0, 0\n"
            + "2: add rax, 1\ncmp rax, 5\njne 1b\n"
            + "3: pop r12\nret\n";
    String stub =
        "cmp r12, [r12 + 32]\njl 4f\njmp 2b\n"
            + "4: mov r10d, 1\njmp 5f\n"
            + "5: mov [r12 + 24], r11\nmov [r12 + 16], r10\nmov QWORD PTR [r12], 4\n"
            + "xor eax, eax\njmp 3b";
    var code =
        check(
            loop + stub,
            false,
            insn(0xb7, 0, 0, 0, 0),
            insn(0x07, 0, 0, 0, 1),
            insn(0x15, 0, 0, 1, 5),
            insn(0x05, 0, 0, -3, 0),
            EXIT);
    assertEquals(32, code.insnOffsets()[1]);
    assertEquals(code.insnOffsets()[4], code.insnOffsets()[3]);
  }

  /**
   * The second access of the same bytes, and a part of them by a copied and moved address, are not
   * tested again.
   */
  @Test
  void checkedAccess_isFourInstructions_andOncePerAddress() {
    String out =
        "3: lea r10, [rdi + 8]\n"
            + "sub r10, [r12 + 80]\n"
            + "cmp r10, [r12 + 112]\n"
            + "jb 1b\n"
            + "lea r11, [rdi + 8]\n"
            + "xor r10d, r10d\n"
            + "jmp 4f\n"
            + "4: mov [r12 + 24], r11\n"
            + "mov [r12 + 16], r10\n"
            + "mov QWORD PTR [r12], 2\n"
            + "xor eax, eax\n"
            + "jmp 2b";
    check(
        "push r12\n"
            + "mov r12, rdi\n"
            + "mov rdi, rsi\n"
            + "lea r10, [rdi + 8]\n"
            + "sub r10, [r12 + 40]\n"
            + "cmp r10, [r12 + 72]\n"
            + "jae 3f\n"
            + "1: mov rax, [rdi + 8]\n"
            + "mov [rdi + 8], rax\n"
            + "lea rcx, [rdi + 4]\n"
            + "mov eax, [rcx + 8]\n"
            + "2: pop r12\n"
            + "ret\n"
            + out,
        true,
        insn(0x79, 0, 1, 8, 0),
        insn(0x7b, 1, 0, 8, 0),
        insn(0xbf, 4, 1, 0, 0),
        insn(0x07, 4, 0, 0, 4),
        insn(0x61, 0, 4, 8, 0),
        EXIT);
  }

  private BpfCode check(String text, boolean checked, BpfInsn... insns) {
    var code = generate(checked, insns);
    byte[] wanted = X86Tools.GNU.assemble(PATCH_SITE + text + "\n");
    wanted[4] = 0;
    assertEquals(HexFormat.of().formatHex(wanted), HexFormat.of().formatHex(code.bytes()));
    return code;
  }

  private static BpfCode generate(boolean checked, BpfInsn... insns) {
    var list = new ArrayList<>(List.of(insns));
    return new X86BpfCodeGenerator().generate(BpfHarness.source(list, checked), Set.of("bmi2"));
  }

  private static BpfInsn insn(int opcode, int dst, int src, int offset, int imm) {
    return new BpfInsn(opcode, dst, src, (short) offset, imm);
  }
}
