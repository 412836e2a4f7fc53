package org.jitalloc.arch.arm64.asm;

/** Shifts by a constant. */
public enum ShiftOp {
  LSL,
  LSR,
  ASR
}
