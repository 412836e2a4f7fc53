package org.jitalloc.arch.arm64.asm;

/** Operations whose second operand is a register or a limited constant. */
public enum AluOp {
  ADD(0x0b000000, 0x11000000),
  ADDS(0x2b000000, 0x31000000),
  SUB(0x4b000000, 0x51000000),
  /** With the destination ZR: CMP. */
  SUBS(0x6b000000, 0x71000000),
  AND(0x0a000000, 0x12000000),
  ORR(0x2a000000, 0x32000000),
  EOR(0x4a000000, 0x52000000),
  /** With the destination ZR: TST. */
  ANDS(0x6a000000, 0x72000000);

  final int register;
  final int immediate;

  AluOp(int register, int immediate) {
    this.register = register;
    this.immediate = immediate;
  }

  boolean adds() {
    return ordinal() < AND.ordinal();
  }

  /**
   * {@return the operation that has the same effect with the negated constant: addition and
   * subtraction}
   */
  AluOp opposite() {
    return switch (this) {
      case ADD -> SUB;
      case SUB -> ADD;
      case ADDS -> SUBS;
      case SUBS -> ADDS;
      default -> throw new IllegalArgumentException("no opposite: " + this);
    };
  }
}
