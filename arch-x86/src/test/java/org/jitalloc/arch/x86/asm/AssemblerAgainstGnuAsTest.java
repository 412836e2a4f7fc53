package org.jitalloc.arch.x86.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.tck.EncoderTck;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.jitalloc.arch.x86.X86Tools;
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
    return X86Tools.GNU;
  }

  @Override
  protected void encode(Random from, Encodings encodings) {
    random = from;
    to = encodings;
    moves();
    arithmetic();
    shifts();
    atomics();
    control();
  }

  @Test
  void branches_anyDistance_sameBytesAsGnuAs() {
    for (int round = 0; round < 10; round++) {
      var text = new StringBuilder();
      var asm = new Assembler();
      var labels = new Label[200];
      Arrays.setAll(labels, _ -> new Label());
      for (int i = 0; i < labels.length; i++) {
        asm.bind(labels[i]);
        text.append("l%d:\n".formatted(i));
        int padding = random.nextInt(round * 4 + 1);
        asm.raw(fill(padding));
        text.append(".skip %d, 0xcc\n".formatted(padding));
        int target = Math.clamp(i + random.nextInt(-40, 41), 0, labels.length - 1);
        branch(asm, text, labels[target], target);
      }
      byte[] ours = asm.finish();
      assertEquals(hex(toolchain().assemble(text.toString())), hex(ours), "seed " + seed);
    }
  }

  @Test
  void alignment_amongBranches_samePlacesAsGnuAs() {
    for (int round = 0; round < 10; round++) {
      var text = new StringBuilder();
      var asm = new Assembler();
      var labels = new Label[100];
      Arrays.setAll(labels, _ -> new Label());
      for (int i = 0; i < labels.length; i++) {
        if (random.nextInt(4) == 0) {
          asm.loopHead();
          text.append(".balign 32, 0xcc\n");
        }
        asm.bind(labels[i]);
        text.append("l%d:\n".formatted(i));
        int padding = random.nextInt(40);
        asm.raw(new byte[padding]);
        text.append(".skip %d, 0\n".formatted(padding));
        // Forward and near, so that gaps do not let two relaxations end differently.
        int target = Math.min(i + random.nextInt(3), labels.length - 1);
        branch(asm, text, labels[target], target);
      }
      byte[] ours = asm.finish();
      byte[] wanted = toolchain().assemble(text.toString());
      assertEquals(wanted.length, ours.length, "seed " + seed);
      for (int at = 0; at < wanted.length; at++) {
        boolean gap = wanted[at] == (byte) 0xcc;
        assertTrue(gap || wanted[at] == ours[at], "seed " + seed + " offset " + at);
      }
    }
  }

  @Test
  void padding_anyLength_isInstructionsThatDoNothing() {
    for (int bytes = 0; bytes < 32; bytes++) {
      var code = new CodeBuffer();
      Padding.emit(code, bytes);
      assertEquals(bytes, code.size());
    }
    var all = new CodeBuffer();
    var text = new StringBuilder();
    var nops =
        List.of(
            "nop",
            "xchg ax, ax",
            "nop DWORD PTR [rax]",
            ".nops 4",
            ".nops 5",
            ".nops 6",
            ".nops 7",
            ".nops 8",
            ".nops 9");
    for (int i = 0; i < nops.size(); i++) {
      Padding.emit(all, i + 1);
      text.append(nops.get(i)).append('\n');
    }
    assertEquals(hex(toolchain().assemble(text.toString())), hex(all.toArray()));
  }

  private void branch(Assembler asm, StringBuilder text, Label label, int target) {
    switch (random.nextInt(5)) {
      case 0 -> {
        asm.call(label);
        text.append("call l%d\n".formatted(target));
      }
      case 1 -> {
        asm.jump(label);
        text.append("jmp l%d\n".formatted(target));
      }
      default -> {
        var condition = pick(Cond.values());
        asm.jump(condition, label);
        text.append("j%s l%d\n".formatted(lower(condition), target));
      }
    }
  }

  private void moves() {
    var a = reg();
    var b = reg();
    var m = mem();
    var wide = wide();
    int imm = imm();
    check("mov %s, %s".formatted(name(a, wide), name(b, wide)), x -> x.mov(wide, a, b));
    movImm(a);
    for (var w : Width.values()) {
      String load = w == Width.B4 || w == Width.B8 ? "mov" : "movzx";
      var to = w == Width.B8 ? w : Width.B4;
      check("%s %s, %s".formatted(load, name(a, to), at(m, w)), x -> x.load(w, a, m));
      check("mov %s, %s".formatted(at(m, w), name(a, w)), x -> x.store(w, m, a));
      long shown = w == Width.B1 ? (byte) imm : w == Width.B2 ? (short) imm : imm;
      check("mov %s, %d".formatted(at(m, w), shown), x -> x.storeImm(w, m, imm));
      if (w == Width.B8) {
        continue;
      }
      String sign = w == Width.B4 ? "movsxd" : "movsx";
      check("%s %s, %s".formatted(sign, name(a, Width.B8), at(m, w)), x -> x.loadSigned(w, a, m));
      check(
          "%s %s, %s".formatted(sign, name(a, Width.B8), name(b, w)),
          x -> x.signExtend(w, Width.B8, a, b));
      if (w == Width.B4) {
        continue;
      }
      check(
          "movsx %s, %s".formatted(name(a, Width.B4), name(b, w)),
          x -> x.signExtend(w, Width.B4, a, b));
      check("movzx %s, %s".formatted(name(a, Width.B4), name(b, w)), x -> x.zeroExtend(w, a, b));
    }
    check("lea %s, %s".formatted(name(a, wide), address(m)), x -> x.lea(wide, a, m));
    check("bswap " + name(a, wide), x -> x.bswap(wide, a));
  }

  private void movImm(Reg a) {
    long value =
        random.nextBoolean()
            ? random.nextLong()
            : random.nextBoolean() ? imm() : imm() & 0xffffffffL;
    String text =
        value == 0
            ? "xor %s, %s".formatted(name(a, Width.B4), name(a, Width.B4))
            : value >>> 32 == 0
                ? "mov %s, %d".formatted(name(a, Width.B4), value)
                : "%s %s, %d"
                    .formatted(value == (int) value ? "mov" : "movabs", name(a, Width.B8), value);
    check(text, x -> x.movImm(a, value));
  }

  private void arithmetic() {
    var a = reg();
    var b = reg();
    var m = mem();
    var w = wide();
    int imm = imm();
    var op = pick(AluOp.values());
    String o = lower(op);
    check("%s %s, %s".formatted(o, name(a, w), name(b, w)), x -> x.alu(op, w, a, b));
    check("%s %s, %d".formatted(o, name(a, w), imm), x -> x.alu(op, w, a, imm));
    check("%s %s, %s".formatted(o, name(a, w), at(m, w)), x -> x.alu(op, w, a, m));
    for (var v : Width.values()) {
      int shown = v == Width.B1 ? (byte) imm : v == Width.B2 ? (short) imm : imm;
      check("%s %s, %d".formatted(o, at(m, v), shown), x -> x.alu(op, v, m, shown));
    }
    check("test %s, %s".formatted(name(a, w), name(b, w)), x -> x.test(w, a, b));
    check("test %s, %d".formatted(name(a, w), imm), x -> x.test(w, a, imm));
    var unary = pick(UnaryOp.values());
    check("%s %s".formatted(lower(unary), name(a, w)), x -> x.unary(unary, w, a));
    check("imul %s, %s".formatted(name(a, w), name(b, w)), x -> x.imul(w, a, b));
    check("imul %s, %s, %d".formatted(name(a, w), name(b, w), imm), x -> x.imul(w, a, b, imm));
    check(w == Width.B8 ? "cqo" : "cdq", x -> x.signIntoRdx(w));
  }

  private void shifts() {
    var a = reg();
    var b = reg();
    var c = reg();
    var w = pick(Width.B2, Width.B4, Width.B8);
    var op = pick(ShiftOp.values());
    int count = random.nextInt(w.bytes() * 8);
    check("%s %s, %d".formatted(lower(op), name(a, w), count), x -> x.shift(op, w, a, count));
    check("%s %s, cl".formatted(lower(op), name(a, w)), x -> x.shiftByCl(op, w, a));
    var wide = wide();
    var shift = pick(ShiftOp.SHL, ShiftOp.SHR, ShiftOp.SAR);
    check(
        "%sx %s, %s, %s".formatted(lower(shift), name(a, wide), name(b, wide), name(c, wide)),
        x -> x.shiftBmi2(shift, wide, a, b, c));
  }

  private void atomics() {
    var a = reg();
    var m = mem();
    var w = wide();
    int imm = imm();
    var op = pick(AluOp.ADD, AluOp.OR, AluOp.AND, AluOp.SUB, AluOp.XOR);
    check("lock %s %s, %s".formatted(lower(op), at(m, w), name(a, w)), x -> x.lockAlu(op, w, m, a));
    check("lock %s %s, %d".formatted(lower(op), at(m, w), imm), x -> x.lockAlu(op, w, m, imm));
    check("lock xadd %s, %s".formatted(at(m, w), name(a, w)), x -> x.lockXadd(w, m, a));
    check("xchg %s, %s".formatted(at(m, w), name(a, w)), x -> x.xchg(w, m, a));
    check("lock cmpxchg %s, %s".formatted(at(m, w), name(a, w)), x -> x.lockCmpxchg(w, m, a));
  }

  private void control() {
    var a = reg();
    String name = name(a, Width.B8);
    check("push " + name, x -> x.push(a));
    check("pop " + name, x -> x.pop(a));
    check("call " + name, x -> x.call(a));
    check("jmp " + name, x -> x.jump(a));
    check("ret", Assembler::ret);
    check("syscall", Assembler::syscall);
  }

  private void check(String text, Consumer<Assembler> emit) {
    var asm = new Assembler();
    emit.accept(asm);
    to.add(text, asm.finish());
  }

  private Reg reg() {
    return pick(Reg.values());
  }

  private Width wide() {
    return random.nextBoolean() ? Width.B4 : Width.B8;
  }

  private int imm() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(-130, 131);
      case 1 -> pick(0, 1, -1, 127, 128, -128, -129, Integer.MAX_VALUE, Integer.MIN_VALUE);
      default -> random.nextInt();
    };
  }

  private Mem mem() {
    if (random.nextBoolean()) {
      return Mem.at(reg(), imm());
    }
    Reg index = reg();
    while (index == Reg.RSP) {
      index = reg();
    }
    return Mem.at(reg(), index, 1 << random.nextInt(4), imm());
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }

  private static String at(Mem m, Width w) {
    return List.of("byte", "word", "dword", "qword").get(w.ordinal()) + " ptr " + address(m);
  }

  private static String address(Mem m) {
    String index =
        m.index() == null ? "" : " + %s*%d".formatted(name(m.index(), Width.B8), m.scale());
    return "[%s%s %s %d]"
        .formatted(
            name(m.base(), Width.B8),
            index,
            m.displacement() < 0 ? "-" : "+",
            Math.abs((long) m.displacement()));
  }

  private static String name(Reg reg, Width w) {
    int n = reg.ordinal();
    if (n >= 8) {
      return "r" + n + List.of("b", "w", "d", "").get(w.ordinal());
    }
    String low = List.of("al cl dl bl spl bpl sil dil".split(" ")).get(n);
    String word = List.of("ax cx dx bx sp bp si di".split(" ")).get(n);
    return switch (w) {
      case B1 -> low;
      case B2 -> word;
      case B4 -> "e" + word;
      case B8 -> "r" + word;
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static byte[] fill(int count) {
    var bytes = new byte[count];
    Arrays.fill(bytes, (byte) 0xcc);
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
