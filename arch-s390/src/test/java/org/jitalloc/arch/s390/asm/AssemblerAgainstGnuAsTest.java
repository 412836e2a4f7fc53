package org.jitalloc.arch.s390.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.jitalloc.arch.s390.S390Tools;
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
    return S390Tools.GNU;
  }

  @Override
  protected void encode(Random from, Encodings encodings) {
    random = from;
    to = encodings;
    for (var op : RegOp.values()) {
      registers(op);
    }
    for (var op : HalfOp.values()) {
      halves(op);
    }
    for (var op : WordOp.values()) {
      words(op);
    }
    for (var op : MemOp.values()) {
      memory(op);
    }
    for (var op : PairOp.values()) {
      pairs(op);
    }
    for (var op : ShiftOp.values()) {
      shifts(op);
    }
    others();
  }

  @Test
  void branches_shortCode_sameBytesAsGnuAs() {
    for (int round = 0; round < 10; round++) {
      branches(40, "brc", "bras");
    }
  }

  @Test
  void branches_codeBeyondTheShortReach_areLong() {
    branches(2000, "brcl", "brasl");
  }

  @Test
  void branches_exactlyAtTheShortReach_areShort() {
    for (int bytes : new int[] {65_530, 65_532}) {
      var asm = new Assembler();
      var end = new Label();
      asm.jump(end);
      for (int i = 4; i < bytes; i += 2) {
        asm.system();
      }
      asm.bind(end);
      byte[] wanted =
          toolchain().assemble("j . + %d\n.fill %d,2,0x0a00\n".formatted(bytes, (bytes - 4) / 2));
      assertEquals(hex(wanted), hex(asm.finish()));
    }
  }

  @Test
  void operands_thatDoNotFit_areRefused() {
    var asm = new Assembler();
    assertThrows(IllegalArgumentException.class, () -> Mem.at(Reg.R1, 1 << 19));
    assertThrows(IllegalArgumentException.class, () -> Mem.at(Reg.R0, 0));
    assertThrows(IllegalArgumentException.class, () -> asm.half(HalfOp.LGHI, Reg.R1, 1 << 15));
    assertThrows(IllegalArgumentException.class, () -> asm.reg(RegOp.DLGR, Reg.R1, Reg.R2));
    assertThrows(IllegalArgumentException.class, () -> asm.shiftBy(ShiftOp.SLL, Reg.R1, Reg.R0));
    var twice = new Label();
    asm.bind(twice);
    assertThrows(IllegalStateException.class, () -> asm.bind(twice));
    var nowhere = new Assembler();
    nowhere.jump(new Label());
    assertThrows(IllegalStateException.class, nowhere::finish);
  }

  private void branches(int mostPadding, String jump, String call) {
    var text = new StringBuilder();
    var asm = new Assembler();
    var labels = new Label[200];
    Arrays.setAll(labels, _ -> new Label());
    for (int i = 0; i < labels.length; i++) {
      asm.bind(labels[i]);
      int padding = 1 + mostPadding / 2 + random.nextInt(mostPadding);
      for (int p = 0; p < padding; p++) {
        asm.system();
      }
      text.append("l%d:\n.fill %d,2,0x0a00\n".formatted(i, padding));
      int target = random.nextInt(labels.length);
      if (random.nextInt(4) == 0) {
        var link = register();
        asm.call(link, labels[target]);
        text.append("%s %s,l%d\n".formatted(call, name(link), target));
      } else {
        var condition = Cond.values()[random.nextInt(Cond.values().length)];
        asm.jump(condition, labels[target]);
        text.append("%s %d,l%d\n".formatted(jump, condition.mask(), target));
      }
    }
    byte[] ours = asm.finish();
    assertEquals(hex(toolchain().assemble(text.toString())), hex(ours), "seed " + seed);
    assertEquals(0, asm.offset(labels[0]));
  }

  private void registers(RegOp op) {
    var a = op.isPair() ? Reg.values()[random.nextInt(8) * 2] : register();
    var b = register();
    add("%s %s,%s".formatted(mnemonic(op), name(a), name(b)), asm -> asm.reg(op, a, b));
  }

  private void halves(HalfOp op) {
    var a = register();
    int value = op.isSigned() ? (short) random.nextInt() : (char) random.nextInt();
    add("%s %s,%d".formatted(mnemonic(op), name(a), value), asm -> asm.half(op, a, value));
  }

  private void words(WordOp op) {
    var a = register();
    int value = random.nextInt();
    long shown = op.isSigned() ? value : value & 0xffffffffL;
    add("%s %s,%d".formatted(mnemonic(op), name(a), shown), asm -> asm.word(op, a, value));
  }

  private void memory(MemOp op) {
    var a = register();
    var at = place();
    add("%s %s,%s".formatted(mnemonic(op), name(a), name(at)), asm -> asm.mem(op, a, at));
  }

  private void pairs(PairOp op) {
    var a = register();
    var b = register();
    var at = place();
    var text = "%s %s,%s,%s".formatted(mnemonic(op), name(a), name(b), name(at));
    add(text, asm -> asm.pair(op, a, b, at));
    int count = random.nextInt(64);
    boolean shift = mnemonic(op).matches("sr[al]g|sllg|rllg?");
    var shiftText = "%s %s,%s,%d".formatted(mnemonic(op), name(a), name(b), count);
    if (shift) {
      add(shiftText, asm -> asm.shift(op, a, b, count));
    }
  }

  private void shifts(ShiftOp op) {
    var a = register();
    int count = random.nextInt(32);
    add("%s %s,%d".formatted(mnemonic(op), name(a), count), asm -> asm.shift(op, a, count));
    var by = base();
    add("%s %s,0(%s)".formatted(mnemonic(op), name(a), name(by)), asm -> asm.shiftBy(op, a, by));
  }

  private void others() {
    var a = register();
    add("br " + name(a), asm -> asm.jump(a));
    add("svc 0", Assembler::system);
    add("brcl 0,.", Assembler::patchSite);
    int first = random.nextInt(64);
    int last = random.nextInt(64);
    int left = random.nextInt(64);
    var b = register();
    add(
        "risbg %s,%s,%d,%d,%d".formatted(name(a), name(b), first, 128 + last, left),
        asm -> asm.select(a, b, first, last, left));
    var base = base();
    var index = base();
    int offset = random.nextInt(1 << 12);
    add(
        "la %s,%d(%s,%s)".formatted(name(a), offset, name(index), name(base)),
        asm -> asm.address(a, base, index, offset));
    add(
        "la %s,%d(%s)".formatted(name(a), offset, name(base)),
        asm -> asm.address(a, Mem.at(base, offset)));
    add(
        "lay %s,%d(%s)".formatted(name(a), -offset - 1, name(base)),
        asm -> asm.address(a, Mem.at(base, -offset - 1)));
    constants(a);
    for (var op : CompareOp.values()) {
      comparison(op);
    }
  }

  /** Each in the shortest way. */
  private void constants(Reg a) {
    constant("lghi", a, (short) random.nextInt());
    for (int part = 0; part < 4; part++) {
      long bits = random.nextInt(1 << 15, 1 << 16);
      String op = List.of("llill", "llilh", "llihl", "llihh").get(part);
      long value = bits << 16 * part;
      add("%s %s,%d".formatted(op, name(a), bits), asm -> asm.constant(a, value));
    }
    constant("lgfi", a, random.nextInt() & Integer.MAX_VALUE | 1 << 30 | 1);
    constant("lgfi", a, (random.nextInt() | Integer.MIN_VALUE) & ~(1 << 30));
    constant("llilf", a, Integer.toUnsignedLong(random.nextInt() | 1 << 31 | 1));
    long upper = random.nextInt() & 0xffffffffL | 0x10001;
    add("llihf %s,%d".formatted(name(a), upper), asm -> asm.constant(a, upper << 32));
    long lower = random.nextInt() & 0xffffffffL | 1;
    add(
        "llihf %s,%d\niilf %s,%d".formatted(name(a), upper & 0x7fffffffL, name(a), lower),
        asm -> asm.constant(a, (upper & 0x7fffffffL) << 32 | lower));
  }

  private void constant(String op, Reg a, long value) {
    add("%s %s,%d".formatted(op, name(a), value), asm -> asm.constant(a, value));
  }

  private void comparison(CompareOp op) {
    var a = register();
    var condition = pick(Cond.HIGH, Cond.LOW, Cond.EQUAL, Cond.NOT_HIGH, Cond.NOT_LOW);
    String format = "%s %s,%s,%d,.";
    if (op.ofRegisters()) {
      var b = register();
      add(
          format.formatted(mnemonic(op), name(a), name(b), condition.mask()),
          asm -> {
            var here = new Label();
            asm.bind(here);
            asm.compareAndJump(op, a, b, condition, here);
          });
    } else {
      int value = mnemonic(op).startsWith("cl") ? random.nextInt(256) : (byte) random.nextInt();
      add(
          format.formatted(mnemonic(op), name(a), value, condition.mask()),
          asm -> {
            var here = new Label();
            asm.bind(here);
            asm.compareAndJump(op, a, value, condition, here);
          });
    }
  }

  private Cond pick(Cond... from) {
    return from[random.nextInt(from.length)];
  }

  private void add(String text, Consumer<Assembler> emit) {
    var asm = new Assembler();
    emit.accept(asm);
    to.add(text, asm.finish());
  }

  private Reg register() {
    return Reg.values()[random.nextInt(16)];
  }

  private Reg base() {
    return Reg.values()[1 + random.nextInt(15)];
  }

  private Mem place() {
    int offset = random.nextBoolean() ? random.nextInt(-128, 128) : random.nextInt() >> 12;
    return Mem.at(base(), offset);
  }

  private static String mnemonic(Enum<?> op) {
    return op.name().toLowerCase(Locale.ROOT);
  }

  private static String name(Reg reg) {
    return "%" + mnemonic(reg);
  }

  private static String name(Mem at) {
    return at.offset() + "(" + name(at.base()) + ")";
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
