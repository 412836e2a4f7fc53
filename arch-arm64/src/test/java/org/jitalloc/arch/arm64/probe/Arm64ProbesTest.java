package org.jitalloc.arch.arm64.probe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.ProbeCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64ProbesTest extends ProbesTck {
  @Override
  protected ProbeCodec probes() {
    return new Arm64Probes();
  }

  @Override
  protected String stackPointer() {
    return "sp";
  }

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected String call(int id) {
    return "stp x29, x30, [sp, #-32]!; stp x16, x17, [sp, #16]; movz x16, %d; movk x16, %d, lsl 16;"
            .formatted(id & 0xffff, id >>> 16)
        + " sxtw x16, w16; "
        + constant(17, 0x8000)
        + " blr x17; ldp x16, x17, [sp, #16]; ldp x29, x30, [sp], #32;";
  }

  private static String constant(int register, long value) {
    return "movz x%1$d, %2$d; movk x%1$d, %3$d, lsl 16; movk x%1$d, %4$d, lsl 32; movk x%1$d, %5$d, lsl 48;"
        .formatted(
            register,
            value & 0xffff,
            value >>> 16 & 0xffff,
            value >>> 32 & 0xffff,
            value >>> 48 & 0xffff);
  }

  @Override
  protected Counting counting(Set<String> features) {
    return features.contains("atomics")
        ? new Counting(
            "stp x16, x17, [sp, #-16]!; movz x17, 1;",
            counter -> constant(16, counter) + "stadd x17, [x16];",
            "ldp x16, x17, [sp], #16;")
        : new Counting(
            "stp x16, x17, [sp, #-32]!; str x15, [sp, #16];",
            counter ->
                constant(16, counter)
                    + "ldxr x17, [x16]; add x17, x17, #1; stxr w15, x17, [x16]; cbnz w15, .-12;",
            "ldr x15, [sp, #16]; ldp x16, x17, [sp], #32;");
  }

  @Override
  protected Set<String> optionalFeatures() {
    return Set.of("atomics");
  }

  @Override
  protected String returnPlace() {
    return "orr xzr, xzr, x17; " + call(0) + "ret";
  }

  @Override
  protected List<Move> moves() {
    return List.of(
        new Move("add x1, x2, #3", "add x1, x2, #3; b @0x1004"),
        new Move("nop", "nop; b @0x1004"),
        new Move("ret", "ret"),
        new Move("br x3", "br x3"),
        new Move("b @0x2000", "b @0x2000"),
        new Move("bl @0x2000", constant(30, 0x1004) + " b @0x2000"),
        new Move("blr x7", constant(30, 0x1004) + " br x7"),
        new Move("b.ne @0x1800", "b.ne .+8; b @0x1004; b @0x1800"),
        new Move("cbnz x4, @0x800", "cbnz x4, .+8; b @0x1004; b @0x800"),
        new Move("tbz w5, #3, @0x1010", "tbz w5, #3, .+8; b @0x1004; b @0x1010"),
        new Move("adr x6, @0x1234", constant(6, 0x1234) + " b @0x1004"),
        new Move("ldr x8, @0x1100", constant(8, 0x1100) + " ldr x8, [x8]; b @0x1004"),
        new Move("ldrsw x8, @0xff0", constant(8, 0xff0) + " ldrsw x8, [x8]; b @0x1004"));
  }

  @Override
  protected List<String> refused() {
    return List.of(
        "svc #0",
        "hvc #1",
        "brk #4",
        "hlt #0",
        "eret",
        "msr daif, x0",
        "msr daifset, #2",
        "msr tpidr_el0, x1",
        "mrs x0, daif",
        "wfi",
        "yield",
        "sev",
        "ldr q0, .+16",
        "prfm pldl1keep, .+8",
        "ldxr x0, [x1]",
        "stxr w0, x1, [x2]",
        "ldaxrb w0, [x1]",
        "blr x30",
        "udf #1");
  }

  @Override
  protected List<String> allowed() {
    return List.of(
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
        "ldp x29, x30, [sp], #16");
  }

  @Override
  protected String function() {
    return "stp x29, x30, [sp, #-16]!; mov x29, sp; cbz x0, @0x1014; bl @0x2000; add x0, x0, #1;"
        + " ldp x29, x30, [sp], #16; ret";
  }

  @Override
  protected List<String> marks(Set<String> features) {
    return List.of(
        "sub sp, sp, #0x340", "stp q30, q31, [sp, #768]", "msr nzcv, x9", "mrs x11, fpsr", "ret");
  }

  @Test
  void betweenExclusives_isRefused() {
    var read =
        probes()
            .read(
                assemble(
                    FROM, "ldxr x0, [x1]; add x0, x0, #1; stxr w2, x0, [x1]; cbnz w2, .-12; ret"));
    assertTrue(read.refusal(4).orElseThrow().contains("between"));
    assertTrue(read.refusal(12).isEmpty());
    assertFalse(read.isStraight(12));
  }

  /** PTRUE, ADD of two Z registers, ADDVL; FMOPA of SME. */
  @ParameterizedTest
  @ValueSource(strings = {"0x2518e3e0", "0x04e20020", "0x043f5000", "0x80820020"})
  void functionsWithRegistersOfSve_areRefused(String word) {
    var read = probes().read(assemble(FROM, "add x0, x0, #1; .inst " + word + "; ret"));
    for (int at : new int[] {0, 4, 8}) {
      assertTrue(read.refusal(at).orElseThrow().contains("SVE"));
    }
  }
}
