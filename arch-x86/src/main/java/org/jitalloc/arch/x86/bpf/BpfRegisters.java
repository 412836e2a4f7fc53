package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.x86.asm.Reg;

/** The machine registers of the BPF registers, for the whole program. */
final class BpfRegisters {
  /*
   * The same registers as in the kernel: r1 to r5 are the argument registers of the C ABI, r0 is
   * its result register, and r6 to r9 are callee-saved. So a call of a helper needs no moves.
   */
  private static final Reg[] MAP = {
    Reg.RAX, Reg.RDI, Reg.RSI, Reg.RDX, Reg.RCX, Reg.R8, Reg.RBX, Reg.R13, Reg.R14, Reg.R15, Reg.RBP
  };

  /** The BpfFrame. */
  static final Reg FRAME = Reg.R12;

  /** A scratch register. */
  static final Reg SCRATCH = Reg.R10;

  static final Reg SCRATCH2 = Reg.R11;
  static final Reg SCRATCH3 = Reg.R9;

  /** The failing instruction, set just before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH2;

  /** The BPF registers in the registers of divisions. */
  static final int IN_RAX = 0;

  static final int IN_RDX = 3;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
