package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.s390.asm.Reg;

/** Which machine register holds which register of BPF, for the whole program. */
final class BpfRegisters {
  /*
   * r1 to r5 are where the C ABI wants the arguments of a helper, r6 to r9 and r10 are registers
   * that a C function preserves. R2, where C returns results, is r1 already, so r0 is moved after a
   * helper call and before the return.
   * Free for everyone: R0 and R1, which are also the pair that divisions want, and R14, which every
   * call overwrites.
   */
  private static final Reg[] MAP = {
    Reg.R12, Reg.R2, Reg.R3, Reg.R4, Reg.R5, Reg.R6, Reg.R7, Reg.R8, Reg.R9, Reg.R10, Reg.R13
  };

  /** Where r0 of BPF is. */
  static final Reg RESULT = MAP[0];

  /** The BpfFrame. */
  static final Reg FRAME = Reg.R11;

  /** Free between any two instructions; no base of an address. */
  static final Reg SCRATCH0 = Reg.R0;

  /** Free between any two instructions; holds an address where one was computed. */
  static final Reg SCRATCH = Reg.R1;

  /** Free between any two instructions; where calls leave the address behind them. */
  static final Reg LINK = Reg.R14;

  static final Reg MACHINE_STACK = Reg.R15;

  /** Where C returns results. */
  static final Reg C_RESULT = Reg.R2;

  /** What a failure is told by, right before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH0;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
