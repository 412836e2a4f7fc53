package org.jitalloc.arch.arm64.elf;

import org.jitalloc.arch.support.elf.LittleEndian;

/** The code of a slot that goes on to an address. It may use x16, as the ABI says of veneers. */
enum Veneer {
  /** {@code adrp x16; add x16, x16; br x16}: 4 GiB in both directions, which is all of a kernel. */
  KERNEL(12) {
    @Override
    boolean write(byte[] bytes, int index, long place, long target) {
      long pages = (target >> 12) - (place >> 12);
      if (pages < -(1L << 20) || pages >= 1L << 20) {
        return false;
      }
      LittleEndian.put32(bytes, index, Insn.adr(ADRP_X16, pages));
      LittleEndian.put32(bytes, index + 4, Insn.imm12(ADD_X16_X16, target));
      LittleEndian.put32(bytes, index + 8, BR_X16);
      return true;
    }
  },
  /** {@code ldr x16, .+8; br x16}, then the address: anywhere. */
  PROCESS(16) {
    @Override
    boolean write(byte[] bytes, int index, long place, long target) {
      LittleEndian.put32(bytes, index, LDR_X16_NEXT_BUT_ONE);
      LittleEndian.put32(bytes, index + 4, BR_X16);
      LittleEndian.put64(bytes, index + 8, target);
      return true;
    }
  };

  private static final int ADRP_X16 = 0x90000010;
  private static final int ADD_X16_X16 = 0x91000210;
  private static final int BR_X16 = 0xd61f0200;
  private static final int LDR_X16_NEXT_BUT_ONE = 0x58000050;

  private final int bytes;

  Veneer(int bytes) {
    this.bytes = bytes;
  }

  int bytes() {
    return bytes;
  }

  /**
   * Writes the code.
   *
   * @return whether the target is within its reach
   */
  abstract boolean write(byte[] bytes, int index, long place, long target);
}
