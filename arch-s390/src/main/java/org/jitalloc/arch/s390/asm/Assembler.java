package org.jitalloc.arch.s390.asm;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Puts code together: instructions one after the other, branches to labels. */
public final class Assembler implements CodeWriter {
  /*
   * Assumed of the machine: z/Architecture with the long-displacement and the extended-immediate facility (z9, 2005),
   * below what any JVM of today wants. Nothing here has to be asked for.
   */
  private final CodeBuffer code = new CodeBuffer();
  private final Branches branches = new Branches();

  /** Emits an operation on two registers. */
  public void reg(RegOp op, Reg a, Reg b) {
    if (op.isPair() && a.ordinal() % 2 != 0) {
      throw new IllegalArgumentException("the first register is no pair: %s %s".formatted(op, a));
    }
    int registers = a.ordinal() << 4 | b.ordinal();
    if (op.isShort()) {
      code.b2(op.opcode << 8 | registers);
    } else {
      code.b2(op.opcode);
      code.b2(registers);
    }
  }

  /** Emits an operation on a register and a constant of 16 bits. */
  public void half(HalfOp op, Reg a, int value) {
    if (value != (short) value) {
      throw new IllegalArgumentException("no 16 bits: %s %s,%d".formatted(op, a, value));
    }
    code.b2(constantHead(op.opcode, a));
    code.b2(value);
  }

  /** Emits an operation on a register and a constant of 32 bits. */
  public void word(WordOp op, Reg a, int value) {
    code.b2(constantHead(op.opcode, a));
    code.b4(value);
  }

  private static int constantHead(int opcode, Reg a) {
    return (opcode & 0xff0) << 4 | a.ordinal() << 4 | opcode & 0xf;
  }

  /** Emits an operation on a register and memory. */
  public void mem(MemOp op, Reg a, Mem at) {
    code.b2(op.opcode & 0xff00 | a.ordinal() << 4);
    address(op.opcode, at);
  }

  /** Emits an operation on two registers and memory. */
  public void pair(PairOp op, Reg a, Reg b, Mem at) {
    code.b2(op.opcode & 0xff00 | a.ordinal() << 4 | b.ordinal());
    address(op.opcode, at);
  }

  /** Emits {@code to = from shifted by count}. */
  public void shift(PairOp op, Reg to, Reg from, int count) {
    code.b2(op.opcode & 0xff00 | to.ordinal() << 4 | from.ordinal());
    code.b4(count << 16 | op.opcode & 0xff);
  }

  private void address(int opcode, Mem at) {
    int high = at.offset() >> 12 & 0xff;
    code.b4(at.base().ordinal() << 28 | (at.offset() & 0xfff) << 16 | high << 8 | opcode & 0xff);
  }

  /** Shifts the lower half of a register by the lowest six bits of another. */
  public void shiftBy(ShiftOp op, Reg a, Reg count) {
    if (count == Reg.R0) throw new IllegalArgumentException("R0 is no count but 0");
    code.b4(op.opcode << 24 | a.ordinal() << 20 | count.ordinal() << 12);
  }

  /** Shifts the lower half of a register by a constant below 32. */
  public void shift(ShiftOp op, Reg a, int count) {
    code.b4(op.opcode << 24 | a.ordinal() << 20 | count);
  }

  /** Loads a constant in the shortest way. */
  public void constant(Reg to, long value) {
    if (value == (short) value) {
      half(HalfOp.LGHI, to, (int) value);
    } else if (value == (int) value) {
      word(WordOp.LGFI, to, (int) value);
    } else if (value >>> Integer.SIZE == 0) {
      word(WordOp.LLILF, to, (int) value);
    } else {
      word(WordOp.LLIHF, to, (int) (value >> Integer.SIZE));
      if ((int) value != 0) word(WordOp.IILF, to, (int) value);
    }
  }

  /** Goes on where a register says. */
  public void jump(Reg target) {
    code.b2(0x07f0 | target.ordinal());
  }

  /** Calls the system; the number of the call is in R1. */
  public void system() {
    code.b2(0x0a00);
  }

  /** The instruction of six bytes that does nothing and that a direct jump can be poked over. */
  public void patchSite() {
    code.b2(0xc004);
    code.b4(0);
  }

  @Override
  public void jump(Label target) {
    jump(Cond.ALWAYS, target);
  }

  public void jump(Cond condition, Label target) {
    branches.jump(code.size(), condition, target);
  }

  public void call(Reg link, Label target) {
    branches.call(code.size(), link, target);
  }

  @Override
  public void bind(Label label) {
    label.bind(code.size(), branches.count());
  }

  @Override
  public byte[] finish() {
    branches.relax(code.size());
    return branches.merge(code).toArray();
  }

  @Override
  public int offset(Label label) {
    return branches.offset(label);
  }
}
