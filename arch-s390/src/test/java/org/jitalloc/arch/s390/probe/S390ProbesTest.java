package org.jitalloc.arch.s390.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jitalloc.arch.s390.S390Tools;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.arch.trace.ProbeText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S390ProbesTest extends ProbesTck {
  private static final int SLOT_BYTES = 16;
  private static final long NOPS = 0x0707_0707_0707_0707L;

  @Override
  protected ProbeCodec probes() {
    return new S390Probes();
  }

  @Override
  protected String stackPointer() {
    return "r15";
  }

  @Override
  protected Toolchain toolchain() {
    return S390Tools.GNU;
  }

  @Override
  protected String call(int id) {
    return "lay %%r15,-32(%%r15); stmg %%r14,%%r1,0(%%r15); lgfi %%r0,%d; brasl %%r14,@0x8000;"
            .formatted(id)
        + " lmg %r14,%r1,0(%r15); lay %r15,32(%r15);";
  }

  @Override
  protected Counting counting(Set<String> features) {
    String add =
        features.contains("facility-45")
            ? "lghi %r0,1; laag %r0,%r0,0(%r1);"
            : "lg %r0,0(%r1); lgr %r2,%r0; aghi %r2,1; csg %r0,%r2,0(%r1); jne .-14;";
    return new Counting(
        "lay %r15,-48(%r15); stmg %r14,%r2,0(%r15); ipm %r14;",
        counter ->
            "llihf %%r1,%d; oilf %%r1,%d;".formatted(counter >>> 32, counter & 0xffffffffL) + add,
        "spm %r14; lmg %r14,%r2,0(%r15); lay %r15,48(%r15);");
  }

  @Override
  protected String returnPlace() {
    return "bc 0,0x6a6; " + call(0) + "br %r14";
  }

  @Override
  protected List<Move> moves() {
    return List.of(
        new Move("agr %r2,%r3", "agr %r2,%r3; jg @0x1004"),
        new Move("lr %r2,%r3", "lr %r2,%r3; jg @0x1002"),
        new Move("stmg %r6,%r15,48(%r15)", "stmg %r6,%r15,48(%r15); jg @0x1006"),
        new Move("brcl 0,.", "jg @0x1006"),
        new Move("larl %r1,@0x2000", "larl %r1,@0x2000; jg @0x1006"),
        new Move("lgrl %r4,@0x2008", "lgrl %r4,@0x2008; jg @0x1006"),
        new Move("stgrl %r4,@0x800", "stgrl %r4,@0x800; jg @0x1006"),
        new Move("clgrl %r4,@0x800", "clgrl %r4,@0x800; jg @0x1006"),
        new Move("j @0x2000", "jg @0x2000"),
        new Move("jg @0x2000", "jg @0x2000"),
        new Move("jne @0x1800", "jgne @0x1800; jg @0x1004"),
        new Move("jgl @0x1800", "jgl @0x1800; jg @0x1006"),
        new Move("brct %r3,@0x800", "brct %r3,.+10; jg @0x1004; jg @0x800"),
        new Move("brctg %r3,@0x800", "brctg %r3,.+10; jg @0x1004; jg @0x800"),
        new Move("brcth %r3,@0x800", "brcth %r3,.+12; jg @0x1006; jg @0x800"),
        new Move("brxh %r3,%r4,@0x800", "brxh %r3,%r4,.+10; jg @0x1004; jg @0x800"),
        new Move("brxlg %r3,%r4,@0x800", "brxlg %r3,%r4,.+12; jg @0x1006; jg @0x800"),
        new Move("cgrjne %r3,%r4,@0x800", "cgrjne %r3,%r4,.+12; jg @0x1006; jg @0x800"),
        new Move("clijh %r3,200,@0x1900", "clijh %r3,200,.+12; jg @0x1006; jg @0x1900"),
        new Move("brasl %r14,@0x2000", "larl %r14,@0x1006; jg @0x2000"),
        new Move("bras %r13,@0x1010", "larl %r13,@0x1004; jg @0x1010"),
        new Move("basr %r14,%r1", "larl %r14,@0x1002; br %r1"),
        new Move("balr %r13,0", "larl %r13,@0x1002; jg @0x1002"),
        new Move("bas %r14,8(%r2,%r3)", "larl %r14,@0x1004; b 8(%r2,%r3)"),
        new Move("br %r14", "br %r14; jg @0x1002"),
        new Move("bne 4(%r1)", "bne 4(%r1); jg @0x1004"),
        new Move("bctgr %r3,%r4", "bctgr %r3,%r4; jg @0x1004"),
        new Move("cgrbe %r3,%r4,0(%r5)", "cgrbe %r3,%r4,0(%r5); jg @0x1006"),
        new Move("bpp 8,@0x1010,0(%r1)", "jg @0x1006"),
        new Move("svc 1", "svc 1; jg @0x1002"));
  }

  @Override
  protected List<String> refused() {
    return List.of(
        ".short 0x0002",
        ".short 0x0234",
        ".short 0xb203,0x0000",
        ".short 0xc631,0x0000,0x0000",
        ".short 0xec00,0x0000,0x0001",
        "bassm %r1,%r2",
        "bsm %r1,%r2",
        "ex %r1,0(%r2)",
        "exrl %r1,.+8",
        "basr %r14,%r14",
        "bas %r14,0(%r14)",
        "bas %r14,0(%r14,%r2)",
        "pr",
        "pc 0(%r1)",
        "bakr %r1,%r2",
        "sam31",
        "sac 0",
        "trap2",
        "tend",
        "tbegin 0,0",
        "lpswe 0(%r1)",
        "stnsm 0(%r1),1",
        "epsw %r1,%r2");
  }

  @Override
  protected List<String> allowed() {
    return List.of(
        "lghi %r2,1",
        "basr %r14,0",
        "bcr 15,0",
        "spm %r1",
        "ipm %r1",
        "csg %r1,%r2,0(%r3)",
        "laag %r1,%r2,0(%r3)",
        "mvc 0(8,%r1),0(%r2)",
        "vl %v1,0(%r2)",
        "madbr %f0,%f2,%f4",
        "tam",
        "pfdrl 1,.+8");
  }

  @Override
  protected String function() {
    return "stmg %r6,%r15,48(%r15); lay %r15,-160(%r15); lgr %r12,%r2; lr %r1,%r3; brasl"
        + " %r14,@0x900; cgijne %r2,0,@0x1000; agr %r2,%r12; lmg %r6,%r15,208(%r15); br"
        + " %r14";
  }

  @Override
  protected Set<String> optionalFeatures() {
    return Set.of("vx", "facility-45");
  }

  @Override
  protected List<String> marks(Set<String> features) {
    return features.contains("vx")
        ? List.of("vstm %v16,%v31,560(%r15)", "vlm %v0,%v15,304(%r15)", "spm %r1", "lfpc 288(%r15)")
        : List.of("std %f7,360(%r15)", "ld %f0,304(%r15)", "ipm %r1");
  }

  /** Each in 16 bytes of its own, so that all are seen, whatever is before them. */
  @Test
  void operationsOfTheDisassembler_areKnown() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var code = ByteBuffer.allocate(SLOT_BYTES << 13);
    while (code.hasRemaining()) {
      code.putLong(random.nextLong()).putLong(NOPS);
    }
    int refused = 0;
    for (var decoded : toolchain().disassemble(code.array())) {
      if (decoded.offset() % SLOT_BYTES != 0) {
        continue;
      }
      ProbedInsn insn = ProbedInsn.read(code.array(), decoded.offset()).orElseThrow();
      boolean unknown = insn.refusal().filter(why -> why.contains("known here")).isPresent();
      assertFalse(unknown && decoded.defined(), decoded + ", seed " + seed);
      if (unknown) {
        refused++;
      }
    }
    assertTrue(refused > 1000, "hardly any is unknown: " + refused);
  }

  @Test
  void targetOfExecute_isRefused() {
    ProbeText text =
        probes().read(assemble(FROM, "exrl %r1,@0x100c; lghi %r2,1; br %r14; mvc 0(1,%r2),0(%r3)"));
    assertTrue(text.refusal(0).orElseThrow().contains("executes"));
    assertTrue(text.refusal(6).isEmpty());
    assertTrue(text.refusal(12).orElseThrow().contains("is executed by"));
  }

  @ParameterizedTest
  @CsvSource({
    "'larl %r1,@0x100c; ex %r4,0(%r1); br %r14; mvc 0(1,%r2),0(%r3)', 10",
    "'larl %r1,@0x1000; ex %r4,12(%r1); br %r14; mvc 0(1,%r2),0(%r3)', 10",
    "'larl %r1,@0x100c; ex %r4,0(%r1,0); br %r14; mvc 0(1,%r2),0(%r3)', 10",
    "'bras %r1,@0x100a; mvc 0(1,%r2),0(%r3); ex %r4,0(%r1); br %r14', 14",
    "'basr %r1,0; j @0x100c; mvc 0(1,%r2),0(%r3); ex %r4,4(%r1); br %r14', 16",
  })
  void targetOfEx_isRefused(String code, int other) {
    ProbeText text = probes().read(assemble(FROM, code));
    int target = code.startsWith("larl") ? 12 : code.startsWith("bras") ? 4 : 6;
    assertTrue(text.refusal(target).orElseThrow().contains("is executed by"));
    assertEquals(Optional.empty(), text.refusal(other));
    assertEquals(Optional.empty(), text.refusal(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lgr %r1,%r5", "larl %r2,@0x100a", "llgh %r1,0(%r5)"})
  void functionWithAnExOfAnUnknownOperand_isRefused(String load) {
    ProbeText text =
        probes().read(assemble(FROM, load + "; ex %r4,0(%r1); br %r14; mvc 0(1,%r2),0(%r3)"));
    for (int offset : text.starts().stream().toArray()) {
      assertTrue(text.refusal(offset).isPresent(), "offset " + offset);
    }
  }

  @Test
  void jump_coversOneInstructionOfItsLength() {
    ProbeText text =
        probes().read(assemble(FROM, "stmg %r6,%r15,48(%r15); lgr %r12,%r2; jg @0x900"));
    assertEquals(new ProbeText.Covers(6), text.jump(0));
    assertInstanceOf(ProbeText.Refused.class, text.jump(6));
    assertEquals(new ProbeText.Covers(6), text.jump(10));
    assertInstanceOf(ProbeText.Refused.class, text.jump(2));
    assertTrue(text.isStraight(0));
    assertFalse(text.isStraight(10));
  }
}
