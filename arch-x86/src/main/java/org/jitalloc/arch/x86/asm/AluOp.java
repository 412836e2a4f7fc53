package org.jitalloc.arch.x86.asm;

/** Operations on two operands, in the order of their numbers; CMP writes only the flags. */
public enum AluOp {
  ADD,
  OR,
  ADC,
  SBB,
  AND,
  SUB,
  XOR,
  CMP
}
