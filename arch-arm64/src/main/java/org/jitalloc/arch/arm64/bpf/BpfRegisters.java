package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.Reg;

/** The machine registers of the BPF registers, for the whole program. */
final class BpfRegisters {
  /*
   * The same registers as in the kernel: r1 to r5 are the argument registers of the C ABI, r6 to r9
   * and r10 are callee-saved. So a call of a helper moves only its result: r0 is not X0, which is
   * r1.
   */
  private static final Reg[] MAP = {
    Reg.X7, Reg.X0, Reg.X1, Reg.X2, Reg.X3, Reg.X4, Reg.X19, Reg.X20, Reg.X21, Reg.X22, Reg.X25
  };

  /** The BpfFrame. */
  static final Reg FRAME = Reg.X26;

  /** The result register of the C ABI. */
  static final Reg C_RESULT = Reg.X0;

  /** A scratch register. */
  static final Reg SCRATCH = Reg.X9;

  static final Reg SCRATCH2 = Reg.X10;
  static final Reg SCRATCH3 = Reg.X11;

  /** The register for constants and offsets that an instruction cannot encode. */
  static final Reg CONSTANT = Reg.X12;

  /** The address of a helper. */
  static final Reg HELPER = Reg.X16;

  /** The failing instruction, set just before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH2;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
