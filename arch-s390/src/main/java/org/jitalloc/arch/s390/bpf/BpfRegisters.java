package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.s390.asm.Reg;

/** The machine registers of the BPF registers, for the whole program. */
final class BpfRegisters {
  /*
   * r1 to r5 are the argument registers of the C ABI, r6 to r9 and r10 are callee-saved. The result
   * register R2 is r1, so r0 is moved after a call of a helper and before the return. Scratch
   * registers are R0 and R1, which are also the pair of divisions, and R14, which every call
   * overwrites.
   */
  private static final Reg[] MAP = {
    Reg.R12, Reg.R2, Reg.R3, Reg.R4, Reg.R5, Reg.R6, Reg.R7, Reg.R8, Reg.R9, Reg.R10, Reg.R13
  };

  /** The register of r0. */
  static final Reg RESULT = MAP[0];

  /** The BpfFrame. */
  static final Reg FRAME = Reg.R11;

  /** A scratch register, which cannot be the base of an address. */
  static final Reg SCRATCH0 = Reg.R0;

  /** A scratch register, also for computed addresses. */
  static final Reg SCRATCH = Reg.R1;

  /** A scratch register, and the link register of calls. */
  static final Reg LINK = Reg.R14;

  static final Reg MACHINE_STACK = Reg.R15;

  /** The result register of the C ABI. */
  static final Reg C_RESULT = Reg.R2;

  /** The failing instruction, set just before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH0;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
