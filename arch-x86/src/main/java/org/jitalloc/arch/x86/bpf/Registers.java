package org.jitalloc.arch.x86.bpf;

import java.util.List;
import org.jitalloc.arch.x86.asm.Reg;

/** Which machine register holds which register of BPF, for the whole program. */
final class Registers {
  /*
   * The kernel's choice: r1 to r5 are where the C ABI wants the arguments of a helper, r0 where it returns the result, r6 to
   * r9 are registers that a C function preserves. So a helper call moves nothing.
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

  static final int COUNT = 11;
  static final int FIRST_PRESERVED = 6;

  /** Masks of registers, bit n for rn. */
  static final int R0 = 1;

  static final int R3 = 1 << 3;
  static final int R4 = 1 << 4;
  static final int ARGUMENTS = 0b111110;
  static final int PRESERVED = 0b1111000000;

  /** All that a callee may leave changed. */
  static final int VOLATILE = R0 | ARGUMENTS;

  static final List<Integer> PRESERVED_NUMBERS = List.of(6, 7, 8, 9);

  private Registers() {}

  static Reg of(int bpfRegister) {
    return MAP[bpfRegister];
  }
}
