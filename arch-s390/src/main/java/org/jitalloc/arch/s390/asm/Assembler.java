package org.jitalloc.arch.s390.asm;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/** Emits instructions of z/Architecture and branches to labels. For one thread. */
public final class Assembler implements CodeWriter {
  /*
   * The machine has z/Architecture with the long-displacement and the extended-immediate facility
   * (z9, 2005); a JVM needs more. These need a test: compare-and-branch, RISBG, MSGFI and MSFI
   * (facility 34, z10), and LAA and similar (facility 45, z196).
   */
  private static final int SHORT_OFFSET = 0xfff;
  private static final int ZERO_THE_REST = 0x80;

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
    if (value != (op.isSigned() ? (short) value : (char) value)) {
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

  /** LA: an address of two registers and an unsigned offset of 12 bits. */
  public void address(Reg a, Reg base, Reg index, int offset) {
    if (offset != (offset & SHORT_OFFSET) || base == Reg.R0 || index == Reg.R0) {
      throw new IllegalArgumentException("no address: %d(%s,%s)".formatted(offset, index, base));
    }
    address(a, index.ordinal(), base, offset);
  }

  /** Loads the address of memory: LA, or LAY for long offsets. */
  public void address(Reg a, Mem at) {
    if (at.offset() == (at.offset() & SHORT_OFFSET)) {
      address(a, 0, at.base(), at.offset());
    } else {
      mem(MemOp.LAY, a, at);
    }
  }

  private void address(Reg a, int index, Reg base, int offset) {
    code.b4(0x41 << 24 | a.ordinal() << 20 | index << 16 | base.ordinal() << 12 | offset);
  }

  /**
   * RISBG: bits {@code first} to {@code last} (0 is the highest) of a register rotated to the left,
   * zeros elsewhere. Changes the condition code.
   */
  public void select(Reg to, Reg from, int first, int last, int left) {
    code.b2(0xec00 | to.ordinal() << 4 | from.ordinal());
    code.b2(first << 8 | ZERO_THE_REST | last);
    code.b2(left << 8 | 0x55);
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
    if (count == Reg.R0) {
      throw new IllegalArgumentException("R0 is no count but 0");
    }
    code.b4(op.opcode << 24 | a.ordinal() << 20 | count.ordinal() << 12);
  }

  /** Shifts the lower half of a register by a constant below 32. */
  public void shift(ShiftOp op, Reg a, int count) {
    code.b4(op.opcode << 24 | a.ordinal() << 20 | count);
  }

  /** Loads a constant by the shortest instructions. */
  public void constant(Reg to, long value) {
    if (value == (short) value) {
      half(HalfOp.LGHI, to, (int) value);
    } else if (part(value, 0)) {
      half(HalfOp.LLILL, to, (int) value);
    } else if (part(value, 16)) {
      half(HalfOp.LLILH, to, (int) (value >>> 16));
    } else if (part(value, 32)) {
      half(HalfOp.LLIHL, to, (int) (value >>> 32));
    } else if (part(value, 48)) {
      half(HalfOp.LLIHH, to, (int) (value >>> 48));
    } else if (value == (int) value) {
      word(WordOp.LGFI, to, (int) value);
    } else if (value >>> Integer.SIZE == 0) {
      word(WordOp.LLILF, to, (int) value);
    } else {
      word(WordOp.LLIHF, to, (int) (value >> Integer.SIZE));
      if ((int) value != 0) {
        word(WordOp.IILF, to, (int) value);
      }
    }
  }

  /** {@return whether all ones of a value are in 16 bits at a shift} */
  private static boolean part(long value, int shift) {
    return (value & ~(0xffffL << shift)) == 0;
  }

  /** Jumps to the address in a register. */
  public void jump(Reg target) {
    code.b2(0x07f0 | target.ordinal());
  }

  /** Loads the thread pointer, whose halves are in two access registers. */
  public void threadPointer(Reg to) {
    accessRegister(to, 0);
    shift(PairOp.SLLG, to, to, Integer.SIZE);
    accessRegister(to, 1);
  }

  /** EAR: copies an access register to the lower half. */
  private void accessRegister(Reg to, int number) {
    code.b4(0xb24f0000 | to.ordinal() << 4 | number);
  }

  /** STCKF: stores the clock; the offset is unsigned with 12 bits. */
  public void storeClock(Mem at) {
    code.b4(0xb27c0000 | at.base().ordinal() << 12 | at.offset());
  }

  /** Emits encoded instructions, an even number of bytes. */
  public void raw(byte[] instructions) {
    for (int i = 0; i < instructions.length; i += 2) {
      code.b2(instructions[i] << Byte.SIZE | instructions[i + 1] & 0xff);
    }
  }

  /** SVC 0: a system call whose number is in R1. */
  public void system() {
    code.b2(0x0a00);
  }

  /** Emits the patch site: a no-operation of six bytes that a direct jump can replace. */
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

  /** Compares registers and jumps. */
  public void compareAndJump(CompareOp op, Reg a, Reg b, Cond condition, Label target) {
    var comparison = new Branches.Comparison(op, a, b.ordinal());
    branches.compareAndJump(code.size(), comparison, condition, target);
  }

  /** Compares a register with a constant of 8 bits and jumps. */
  public void compareAndJump(CompareOp op, Reg a, int value, Cond condition, Label target) {
    var comparison = new Branches.Comparison(op, a, value);
    branches.compareAndJump(code.size(), comparison, condition, target);
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
