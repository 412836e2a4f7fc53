package org.jitalloc.arch.arm64.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.jitalloc.arch.arm64.Arm64Tools;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.tck.EncoderTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.junit.jupiter.api.Test;

/**
 * Every instruction that the assembler can emit, with random operands, byte by byte as GNU as
 * encodes it.
 */
class AssemblerAgainstGnuAsTest extends EncoderTck {
  private final long seed = new Random().nextLong();
  private Random random = new Random(seed);
  private Encodings to = (_, _) -> {};

  @Override
  protected Toolchain toolchain() {
    return Arm64Tools.GNU;
  }

  @Override
  protected void encode(Random from, Encodings encodings) {
    random = from;
    to = encodings;
    arithmetic();
    constants();
    bits();
    memory();
    atomics();
    control();
  }

  @Test
  void branches_anyDistance_sameBytesAsGnuAs() {
    var text = new StringBuilder();
    var asm = new Assembler();
    var labels = new Label[100];
    Arrays.setAll(labels, _ -> new Label());
    for (int i = 0; i < labels.length; i++) {
      asm.bind(labels[i]);
      text.append("l%d:\n".formatted(i));
      int target = random.nextInt(labels.length);
      branch(asm, text, labels[target], target);
      int gap = random.nextInt(40);
      for (int n = 0; n < gap; n++) {
        asm.nop();
      }
      text.append(".rept %d\nnop\n.endr\n".formatted(gap));
    }
    assertEquals(hex(toolchain().assemble(text.toString())), hex(asm.finish()), "seed " + seed);
  }

  @Test
  void conditionalBranch_beyondOneMebibyte_isTurnedRound() {
    for (int gap : new int[] {(1 << 18) - 3, (1 << 18) - 2, (1 << 18) - 1}) {
      var asm = new Assembler();
      var far = new Label();
      asm.jump(Cond.LT, far);
      asm.jumpIfZero(Width.B8, Reg.X3, far);
      for (int n = 0; n < gap; n++) {
        asm.nop();
      }
      asm.bind(far);
      asm.ret();
      // Each reaches 2^18 - 1 words forward, over what stands between.
      String first = gap + 2 <= (1 << 18) - 1 ? "b.lt far\n" : "b.ge 1f\nb far\n1:\n";
      String second = gap + 1 <= (1 << 18) - 1 ? "cbz x3, far\n" : "cbnz x3, 2f\nb far\n2:\n";
      String text = first + second + ".rept %d\nnop\n.endr\nfar: ret\n".formatted(gap);
      assertTrue(Arrays.equals(toolchain().assemble(text), asm.finish()), "gap " + gap);
    }
  }

  private void branch(Assembler asm, StringBuilder text, Label label, int target) {
    switch (random.nextInt(4)) {
      case 0 -> {
        asm.jump(label);
        text.append("b l%d\n".formatted(target));
      }
      case 1 -> {
        asm.call(label);
        text.append("bl l%d\n".formatted(target));
      }
      case 2 -> {
        var condition = pick(Cond.values());
        asm.jump(condition, label);
        text.append("b.%s l%d\n".formatted(lower(condition), target));
      }
      default -> {
        var a = reg();
        var w = wide();
        asm.jumpIfNotZero(w, a, label);
        asm.jumpIfZero(w, a, label);
        text.append("cbnz %s, l%d\n".formatted(name(a, w), target));
        text.append("cbz %s, l%d\n".formatted(name(a, w), target));
      }
    }
  }

  private void arithmetic() {
    var d = reg();
    var n = reg();
    var m = reg();
    var a = reg();
    var w = wide();
    String dn = name(d, w) + ", " + name(n, w);
    String dnm = dn + ", " + name(m, w);
    for (var op : AluOp.values()) {
      int left = random.nextInt(w.bits());
      check(lower(op) + " " + dnm, x -> x.alu(op, w, d, n, m));
      check(lower(op) + " " + dnm + ", lsl #" + left, x -> x.alu(op, w, d, n, m, left));
    }
    for (var op : BinaryOp.values()) {
      check(lower(op) + " " + dnm, x -> x.binary(op, w, d, n, m));
    }
    check("mul " + dnm, x -> x.mul(w, d, n, m));
    check("msub " + dnm + ", " + name(a, w), x -> x.msub(w, d, n, m, a));
    check("mvn " + dn, x -> x.mvn(w, d, n));
    check("mov " + dn, x -> x.mov(w, d, n));
    check("mov %s, sp".formatted(name(d, Width.B8)), x -> x.movSp(d, Reg.SP));
    check("mov sp, %s".formatted(name(d, Width.B8)), x -> x.movSp(Reg.SP, d));
  }

  private void constants() {
    var d = reg();
    var n = reg();
    var w = wide();
    int small = random.nextInt(0x1000) << (random.nextBoolean() ? 12 : 0);
    for (var op : List.of(AluOp.ADD, AluOp.ADDS, AluOp.SUB, AluOp.SUBS)) {
      String operands = " %s, %s, #%d".formatted(name(d, w), name(n, w), small);
      check(lower(op) + operands, x -> x.alu(op, w, d, n, small, Reg.X30));
      if (small == 0) {
        continue;
      }
      check(lower(op.opposite()) + operands, x -> x.alu(op, w, d, n, -small, Reg.X30));
    }
    long wide = constant();
    byte[] moved = bytes(x -> x.movImm(d, wide));
    boolean one = moved.length == Integer.BYTES;
    if (one) {
      to.add("mov %s, #%d".formatted(name(d, Width.B8), wide), moved);
    }
    int value = (int) constant();
    long shown = w == Width.B8 ? value : Integer.toUnsignedLong(value);
    boolean encodable = LogicalImmediate.fields(w, value) != LogicalImmediate.NONE;
    if (!encodable) {
      return;
    }
    for (var op : List.of(AluOp.AND, AluOp.ORR, AluOp.EOR, AluOp.ANDS)) {
      String operands = " %s, %s, #0x%x".formatted(name(d, w), name(n, w), shown);
      check(lower(op) + operands, x -> x.alu(op, w, d, n, value, Reg.X30));
    }
  }

  private void bits() {
    var d = reg();
    var n = reg();
    var w = wide();
    int count = random.nextInt(w.bits());
    String dn = name(d, w) + ", " + name(n, w);
    for (var op : ShiftOp.values()) {
      check(lower(op) + " " + dn + ", #" + count, x -> x.shift(op, w, d, n, count));
    }
    check("ror " + dn + ", #" + count, x -> x.rotateRight(w, d, n, count));
    String words = name(d, Width.B4) + ", " + name(n, Width.B4);
    check("uxtb " + words, x -> x.zeroExtend(Width.B1, d, n));
    check("uxth " + words, x -> x.zeroExtend(Width.B2, d, n));
    String signed = name(d, w) + ", " + name(n, Width.B4);
    check("sxtb " + signed, x -> x.signExtend(Width.B1, w, d, n));
    check("sxth " + signed, x -> x.signExtend(Width.B2, w, d, n));
    check(
        "sxtw %s, %s".formatted(name(d, Width.B8), name(n, Width.B4)),
        x -> x.signExtend(Width.B4, Width.B8, d, n));
    check("rev16 " + words, x -> x.rev16(d, n));
    check("rev " + dn, x -> x.rev(w, d, n));
  }

  private void memory() {
    var t = reg();
    var u = t == Reg.X7 ? Reg.X8 : Reg.X7;
    var base = random.nextInt(8) == 0 ? Reg.SP : Reg.values()[9 + random.nextInt(20)];
    String b = name(base, Width.B8);
    for (var w : Width.values()) {
      int scaled = random.nextInt(0x1000) * w.bytes();
      access(w, t, Mem.at(base, scaled), "[%s, #%d]".formatted(b, scaled));
      int near = random.nextInt(-256, 0);
      access(w, t, Mem.at(base, near), "[%s, #%d]".formatted(b, near));
    }
    int pair = random.nextInt(-64, 64) * Long.BYTES;
    String pairText = "p %s, %s, [%s, #%d]".formatted(lower(t), lower(u), b, pair);
    check("st" + pairText, x -> x.storePair(t, u, Mem.at(base, pair)));
    check("ld" + pairText, x -> x.loadPair(t, u, Mem.at(base, pair)));
    int far = -random.nextInt(257, 30000);
    check(
        "mov x6, #%d\nldrh %s, [%s, x6]".formatted(far, name(t, Width.B4), b),
        x -> x.load(Width.B2, t, Mem.at(base, far), Reg.X6));
  }

  private void access(Width w, Reg t, Mem mem, String place) {
    String suffix = w == Width.B1 ? "b" : w == Width.B2 ? "h" : "";
    String name = name(t, w == Width.B8 ? w : Width.B4);
    check("ldr%s %s, %s".formatted(suffix, name, place), x -> x.load(w, t, mem, Reg.X30));
    check("str%s %s, %s".formatted(suffix, name, place), x -> x.store(w, t, mem, Reg.X30));
    if (w == Width.B8) {
      return;
    }
    String sign = w == Width.B4 ? "w" : suffix;
    check(
        "ldrs%s %s, %s".formatted(sign, name(t, Width.B8), place),
        x -> x.loadSigned(w, t, mem, Reg.X30));
  }

  private void atomics() {
    var s = Reg.values()[random.nextInt(10)];
    var t = Reg.values()[10 + random.nextInt(10)];
    var n = Reg.values()[20 + random.nextInt(10)];
    var w = wide();
    String st = "%s, %s, [%s]".formatted(name(s, w), name(t, w), lower(n));
    for (var op : AtomicOp.values()) {
      check(lower(op) + " " + st, x -> x.atomic(op, w, s, t, n));
    }
    check("casal " + st, x -> x.compareAndSwap(w, s, t, n));
    String tn = " %s, [%s]".formatted(name(t, w), lower(n));
    check("ldaxr" + tn, x -> x.loadExclusive(w, t, n));
    check("ldar" + tn, x -> x.loadAcquire(w, t, n));
    check("stlxr %s,%s".formatted(name(s, Width.B4), tn), x -> x.storeExclusive(w, s, t, n));
    check("br " + lower(n), x -> x.jump(n));
    check("blr " + lower(n), x -> x.call(n));
  }

  private void control() {
    check("ret", Assembler::ret);
    check("nop", Assembler::nop);
    check("dmb ishld", Assembler::loadBarrier);
    check("svc #0", Assembler::systemCall);
  }

  /** Numbers of all kinds: few bits, masks, halves, anything. */
  private long constant() {
    long ones = -1L >>> random.nextInt(64);
    return switch (random.nextInt(5)) {
      case 0 -> Long.rotateLeft(ones, random.nextInt(64));
      case 1 -> random.nextInt();
      case 2 -> (random.nextLong() & 0xffff) << 16 * random.nextInt(4);
      case 3 -> ~((random.nextLong() & 0xffff) << 16 * random.nextInt(4));
      default -> random.nextLong();
    };
  }

  private void check(String text, Consumer<Assembler> emit) {
    to.add(text, bytes(emit));
  }

  private static byte[] bytes(Consumer<Assembler> emit) {
    var asm = new Assembler();
    emit.accept(asm);
    return asm.finish();
  }

  private Reg reg() {
    return Reg.values()[random.nextInt(30)];
  }

  private Width wide() {
    return random.nextBoolean() ? Width.B8 : Width.B4;
  }

  @SafeVarargs
  private <T> T pick(T... from) {
    return from[random.nextInt(from.length)];
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String name(Reg reg, Width width) {
    if (reg == Reg.SP) {
      return "sp";
    }
    return width == Width.B8 ? lower(reg) : "w" + reg.number();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
