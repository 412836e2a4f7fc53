package org.jitalloc.arch.s390.asm;

/** The general registers, of 64 bits. R0 as the base of an address means no base. */
public enum Reg {
  R0,
  R1,
  R2,
  R3,
  R4,
  R5,
  R6,
  R7,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15
}
