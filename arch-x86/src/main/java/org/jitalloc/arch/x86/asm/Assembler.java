package org.jitalloc.arch.x86.asm;

import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;

/**
 * Emits x86-64 instructions, each in its shortest encoding. Operands are in the order of the
 * manuals: destination first. Branches to labels are short or long as needed (branch relaxation).
 * Not thread-safe; for one piece of code.
 */
public final class Assembler implements CodeWriter {
  private static final int LOCK = 0xf0;

  private final CodeBuffer code = new CodeBuffer();
  private final Encoder encode = new Encoder(code);
  private final Branches branches = new Branches();

  // Labels and branches.

  @Override
  public void bind(Label label) {
    label.bind(code.size(), branches.count());
  }

  /** Pads to a multiple of 32 bytes with no-operations. */
  @Override
  public void loopHead() {
    branches.align(code.size());
  }

  @Override
  public void jump(Label target) {
    branches.jump(code.size(), target);
  }

  /**
   * jcc label.
   *
   * @param condition the condition
   * @param target the target
   */
  public void jump(Cond condition, Label target) {
    branches.jump(condition, code.size(), target);
  }

  /**
   * call label.
   *
   * @param target the function
   */
  public void call(Label target) {
    branches.call(code.size(), target);
  }

  @Override
  public byte[] finish() {
    branches.relax();
    return branches.merge(code).toArray();
  }

  @Override
  public int offset(Label label) {
    return branches.offset(label);
  }

  // Moves.

  /** mov dst, src; 4 bytes zero the upper half. */
  public void mov(Width width, Reg dst, Reg src) {
    encode.registers(width, 0x89, src.ordinal(), dst, false);
  }

  /** Loads a constant into the whole register by the shortest instruction; may change the flags. */
  public void movImm(Reg dst, long value) {
    if (value == 0) {
      alu(AluOp.XOR, Width.B4, dst, dst);
    } else if (value >>> 32 == 0) {
      encode.inOpcode(false, 0xb8, dst);
      code.b4((int) value);
    } else if (value == (int) value) {
      encode.registers(Width.B8, 0xc7, 0, dst, false);
      code.b4((int) value);
    } else {
      encode.inOpcode(true, 0xb8, dst);
      code.b8(value);
    }
  }

  /** Loads with zero extension to 8 bytes. */
  public void load(Width width, Reg dst, Mem src) {
    switch (width) {
      case B1 -> encode.memory(Width.B4, 0x0fb6, dst.ordinal(), src, false);
      case B2 -> encode.memory(Width.B4, 0x0fb7, dst.ordinal(), src, false);
      case B4, B8 -> encode.memory(width, 0x8b, dst.ordinal(), src, false);
    }
  }

  /** Loads with sign extension to 8 bytes. */
  public void loadSigned(Width width, Reg dst, Mem src) {
    encode.memory(Width.B8, signExtension(width), dst.ordinal(), src, false);
  }

  /** mov [dst], src. */
  public void store(Width width, Mem dst, Reg src) {
    encode.memory(width, width == Width.B1 ? 0x88 : 0x89, src.ordinal(), dst, width == Width.B1);
  }

  /** mov [dst], constant; with 8 bytes the constant is sign-extended. */
  public void storeImm(Width width, Mem dst, int value) {
    encode.memory(width, width == Width.B1 ? 0xc6 : 0xc7, 0, dst, false);
    immediate(width, value);
  }

  /** Zero-extends the low 1, 2 or 4 bytes to 8 bytes. */
  public void zeroExtend(Width from, Reg dst, Reg src) {
    switch (from) {
      case B1 -> encode.registers(Width.B4, 0x0fb6, dst.ordinal(), src, true);
      case B2 -> encode.registers(Width.B4, 0x0fb7, dst.ordinal(), src, false);
      case B4, B8 -> mov(from, dst, src);
    }
  }

  /** Sign-extends the low 1, 2 or 4 bytes to 4 bytes (and clears the upper half) or to 8 bytes. */
  public void signExtend(Width from, Width to, Reg dst, Reg src) {
    encode.registers(to, signExtension(from), dst.ordinal(), src, from == Width.B1);
  }

  /** lea dst, src. */
  public void lea(Width width, Reg dst, Mem src) {
    encode.memory(width, 0x8d, dst.ordinal(), src, false);
  }

  // Arithmetic.

  /** op dst, src. */
  public void alu(AluOp op, Width width, Reg dst, Reg src) {
    encode.registers(width, op.ordinal() << 3 | 1, src.ordinal(), dst, false);
  }

  /** op dst, constant; with 8 bytes the constant is sign-extended. */
  public void alu(AluOp op, Width width, Reg dst, int value) {
    if (value == (byte) value) {
      encode.registers(width, 0x83, op.ordinal(), dst, false);
      code.b1(value);
    } else if (dst == Reg.RAX) {
      if (width == Width.B8) {
        code.b1(0x48);
      }
      code.b1(op.ordinal() << 3 | 5);
      code.b4(value);
    } else {
      encode.registers(width, 0x81, op.ordinal(), dst, false);
      code.b4(value);
    }
  }

  /** op dst, [src]. */
  public void alu(AluOp op, Width width, Reg dst, Mem src) {
    encode.memory(width, op.ordinal() << 3 | 3, dst.ordinal(), src, false);
  }

  /** op [dst], constant; with 8 bytes the constant is sign-extended. */
  public void alu(AluOp op, Width width, Mem dst, int value) {
    if (width == Width.B1) {
      encode.memory(width, 0x80, op.ordinal(), dst, false);
      code.b1(value);
    } else if (value == (byte) value) {
      encode.memory(width, 0x83, op.ordinal(), dst, false);
      code.b1(value);
    } else {
      encode.memory(width, 0x81, op.ordinal(), dst, false);
      immediate(width, value);
    }
  }

  /** test a, b. */
  public void test(Width width, Reg a, Reg b) {
    encode.registers(width, 0x85, b.ordinal(), a, false);
  }

  /** test a, constant; with 8 bytes the constant is sign-extended. */
  public void test(Width width, Reg a, int value) {
    if (a == Reg.RAX) {
      if (width == Width.B8) {
        code.b1(0x48);
      }
      code.b1(0xa9);
    } else {
      encode.registers(width, 0xf7, 0, a, false);
    }
    code.b4(value);
  }

  /** not, neg; mul, imul, div, idiv of RDX:RAX. */
  public void unary(UnaryOp op, Width width, Reg reg) {
    encode.registers(width, 0xf7, op.number, reg, false);
  }

  /** imul dst, src. */
  public void imul(Width width, Reg dst, Reg src) {
    encode.registers(width, 0x0faf, dst.ordinal(), src, false);
  }

  /** imul dst, src, constant; with 8 bytes the constant is sign-extended. */
  public void imul(Width width, Reg dst, Reg src, int value) {
    boolean small = value == (byte) value;
    encode.registers(width, small ? 0x6b : 0x69, dst.ordinal(), src, false);
    if (small) {
      code.b1(value);
    } else {
      code.b4(value);
    }
  }

  /** cdq or cqo: fills RDX with the sign of RAX. */
  public void signIntoRdx(Width width) {
    if (width == Width.B8) {
      code.b1(0x48);
    }
    code.b1(0x99);
  }

  /** shift dst, count; with 2 bytes the upper bits do not change. */
  public void shift(ShiftOp op, Width width, Reg dst, int count) {
    encode.registers(width, count == 1 ? 0xd1 : 0xc1, op.number, dst, false);
    if (count != 1) {
      code.b1(count);
    }
  }

  /** shift dst, cl. */
  public void shiftByCl(ShiftOp op, Width width, Reg dst) {
    encode.registers(width, 0xd3, op.number, dst, false);
  }

  /** shlx, shrx, sarx dst, src, count; needs BMI2. */
  public void shiftBmi2(ShiftOp op, Width width, Reg dst, Reg src, Reg count) {
    if (op.vexPrefix == 0) {
      throw new IllegalArgumentException("no BMI2 form: op=" + op);
    }
    encode.vex(width, op.vexPrefix, 0xf7, dst, count, src);
  }

  /** bswap; 4 bytes zero the upper half. */
  public void bswap(Width width, Reg reg) {
    boolean wide = width == Width.B8;
    if (wide || reg.high() != 0) {
      code.b1(0x40 | (wide ? 8 : 0) | reg.high());
    }
    code.b1(0x0f);
    code.b1(0xc8 + reg.low());
  }

  // Atomics.

  /** lock op [dst], src. */
  public void lockAlu(AluOp op, Width width, Mem dst, Reg src) {
    code.b1(LOCK);
    encode.memory(width, op.ordinal() << 3 | 1, src.ordinal(), dst, false);
  }

  /** lock op [dst], constant; with 8 bytes the constant is sign-extended. */
  public void lockAlu(AluOp op, Width width, Mem dst, int value) {
    code.b1(LOCK);
    alu(op, width, dst, value);
  }

  /** lock xadd [dst], reg: the register receives the old value of the memory. */
  public void lockXadd(Width width, Mem dst, Reg reg) {
    code.b1(LOCK);
    encode.memory(width, 0x0fc1, reg.ordinal(), dst, false);
  }

  /** xchg [dst], reg; it is atomic without a lock prefix. */
  public void xchg(Width width, Mem dst, Reg reg) {
    encode.memory(width, 0x87, reg.ordinal(), dst, false);
  }

  /** lock cmpxchg [dst], src: compares with RAX, which receives the old value of the memory. */
  public void lockCmpxchg(Width width, Mem dst, Reg src) {
    code.b1(LOCK);
    encode.memory(width, 0x0fb1, src.ordinal(), dst, false);
  }

  // Control.

  public void push(Reg reg) {
    encode.inOpcode(false, 0x50, reg);
  }

  public void pop(Reg reg) {
    encode.inOpcode(false, 0x58, reg);
  }

  /** call reg. */
  public void call(Reg target) {
    encode.registers(Width.B4, 0xff, 2, target, false);
  }

  /** jmp reg. */
  public void jump(Reg target) {
    encode.registers(Width.B4, 0xff, 4, target, false);
  }

  public void ret() {
    code.b1(0xc3);
  }

  public void syscall() {
    code.b2(0x050f);
  }

  /**
   * Emits encoded instructions.
   *
   * @param bytes whole instructions
   */
  public void raw(byte[] bytes) {
    code.bytes(bytes, 0, bytes.length);
  }

  private void immediate(Width width, int value) {
    switch (width) {
      case B1 -> code.b1(value);
      case B2 -> code.b2(value);
      case B4, B8 -> code.b4(value);
    }
  }

  private static int signExtension(Width from) {
    return switch (from) {
      case B1 -> 0x0fbe;
      case B2 -> 0x0fbf;
      case B4 -> 0x63;
      case B8 -> throw new IllegalArgumentException("8 bytes need no extension");
    };
  }
}
