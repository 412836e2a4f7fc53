package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.Reg;

/** Which machine register holds which register of BPF, for the whole program. */
final class BpfRegisters {
  /*
   * The kernel's choice: r1 to r5 are where the C ABI wants the arguments of a helper, r6 to r9 and
   * r10 are registers that a C function preserves. So a helper call moves nothing but its result.
   * r0 is not X0, since that is r1.
   */
  private static final Reg[] MAP = {
    Reg.X7, Reg.X0, Reg.X1, Reg.X2, Reg.X3, Reg.X4, Reg.X19, Reg.X20, Reg.X21, Reg.X22, Reg.X25
  };

  /** The BpfFrame. */
  static final Reg FRAME = Reg.X26;

  /** Where C returns a result. */
  static final Reg C_RESULT = Reg.X0;

  /** Free between any two instructions. */
  static final Reg SCRATCH = Reg.X9;

  static final Reg SCRATCH2 = Reg.X10;
  static final Reg SCRATCH3 = Reg.X11;

  /** Where constants and offsets go that no instruction has room for. */
  static final Reg CONSTANT = Reg.X12;

  /** The address of a helper. */
  static final Reg HELPER = Reg.X16;

  /** What a failure is told by, right before the end. */
  static final Reg FAILING_INSN = SCRATCH;

  static final Reg FAILING_ADDRESS = SCRATCH2;

  private BpfRegisters() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
