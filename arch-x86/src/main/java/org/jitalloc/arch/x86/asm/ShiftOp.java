package org.jitalloc.arch.x86.asm;

/** Shifts and rotations. */
public enum ShiftOp {
  ROL(0, 0),
  ROR(1, 0),
  SHL(4, 0x01),
  SHR(5, 0x03),
  SAR(7, 0x02);

  final int number;

  /** The prefix field of the three-operand form of BMI2; 0 if there is none. */
  final int vexPrefix;

  ShiftOp(int number, int vexPrefix) {
    this.number = number;
    this.vexPrefix = vexPrefix;
  }
}
