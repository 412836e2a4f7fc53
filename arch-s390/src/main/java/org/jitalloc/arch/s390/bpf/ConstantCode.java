package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;

/** Arithmetic with constants by the shortest instructions. */
final class ConstantCode {
  /*
   * Constants are sign-extended to 64 bits: the upper half of a mask is all ones or all zeros.
   */
  private static final int LAST_BIT = 63;

  private final Assembler asm;
  private final Facilities facilities;

  ConstantCode(Assembler asm, Facilities facilities) {
    this.asm = asm;
    this.facilities = facilities;
  }

  void emit(int code, boolean wide, Reg dst, int value) {
    switch (code) {
      case BpfOp.ADD -> add(wide, dst, value);
      case BpfOp.SUB -> subtract(wide, dst, value);
      case BpfOp.MUL -> multiply(wide, dst, value);
      case BpfOp.AND -> and(wide, dst, value);
      case BpfOp.OR -> {
        asm.word(WordOp.OILF, dst, value);
        if (wide && value < 0) {
          asm.word(WordOp.OIHF, dst, -1);
        }
        clearUpper(wide, dst);
      }
      default -> {
        asm.word(WordOp.XILF, dst, value);
        if (wide && value < 0) {
          asm.word(WordOp.XIHF, dst, -1);
        }
        clearUpper(wide, dst);
      }
    }
  }

  private void clearUpper(boolean wide, Reg dst) {
    if (!wide) {
      asm.reg(RegOp.LLGFR, dst, dst);
    }
  }

  private static boolean isShort(int value) {
    return value == (short) value;
  }

  private void add(boolean wide, Reg dst, int value) {
    if (isShort(value)) {
      asm.half(wide ? HalfOp.AGHI : HalfOp.AHI, dst, value);
    } else {
      asm.word(wide ? WordOp.AGFI : WordOp.AFI, dst, value);
    }
    clearUpper(wide, dst);
  }

  private void subtract(boolean wide, Reg dst, int value) {
    if (wide && value == Integer.MIN_VALUE) {
      asm.constant(BpfRegisters.SCRATCH, value);
      asm.reg(RegOp.SGR, dst, BpfRegisters.SCRATCH);
    } else {
      add(wide, dst, -value);
    }
  }

  private void multiply(boolean wide, Reg dst, int value) {
    if (isShort(value)) {
      asm.half(wide ? HalfOp.MGHI : HalfOp.MHI, dst, value);
    } else if (facilities.general()) {
      asm.word(wide ? WordOp.MSGFI : WordOp.MSFI, dst, value);
    } else {
      asm.constant(BpfRegisters.SCRATCH, value);
      asm.reg(wide ? RegOp.MSGR : RegOp.MSR, dst, BpfRegisters.SCRATCH);
    }
    clearUpper(wide, dst);
  }

  private void and(boolean wide, Reg dst, int value) {
    long mask = wide ? value : Integer.toUnsignedLong(value);
    int first = Long.numberOfLeadingZeros(mask);
    int last = LAST_BIT - Long.numberOfTrailingZeros(mask);
    boolean oneRun = mask != 0 && Long.bitCount(mask) == last - first + 1;
    if (mask == 0) {
      asm.constant(dst, 0);
    } else if (oneRun && first > 0 && facilities.general()) {
      asm.select(dst, dst, first, last, 0);
    } else {
      asm.word(WordOp.NILF, dst, value);
      clearUpper(wide && value < 0, dst);
    }
  }
}
