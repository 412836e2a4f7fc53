package org.jitalloc.arch.x86.asm;

/** Operations on one register; MUL, IMUL, DIV and IDIV also use RDX:RAX. */
public enum UnaryOp {
  NOT(2),
  NEG(3),
  MUL(4),
  IMUL(5),
  DIV(6),
  IDIV(7);

  final int number;

  UnaryOp(int number) {
    this.number = number;
  }
}
