package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.x86.asm.Reg;

/** Which machine register holds which register of BPF, for the whole program. */
final class BpfRegisters {
  /*
   * The kernel's choice: r1 to r5 are where the C ABI wants the arguments of a helper, r0 where it
   * returns the result, r6 to r9 are registers that a C function preserves. So a helper call moves
   * nothing.
   */
  private static final Reg[] MAP = {
    Reg.RAX, Reg.RDI, Reg.RSI, Reg.RDX, Reg.RCX, Reg.R8, Reg.RBX, Reg.R13, Reg.R14, Reg.R15, Reg.RBP
  };

  /** The BpfFrame. */
  static final Reg FRAME = Reg.R12;

  /** Free between any two instructions. */
  static final Reg SCRATCH = Reg.R10;

  static final Reg SCRATCH2 = Reg.R11;
  static final Reg SCRATCH3 = Reg.R9;

  /** What a failure is told by, right before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH2;

  /** The numbers of the ones that divisions work on. */
  static final int IN_RAX = 0;

  static final int IN_RDX = 3;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
