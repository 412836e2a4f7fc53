package org.jitalloc.arch.arm64.elf;

import org.jitalloc.arch.support.elf.ByteAccess;

/**
 * The code of a slot that branches to an address, which may use x16 as a veneer of the ABI, or that
 * has the effect of an ADRP.
 */
enum Veneer {
  /**
   * {@code adrp x16; add x16, x16; br x16}: it reaches 4 GiB in both directions, which is enough
   * for a kernel.
   */
  KERNEL(12) {
    @Override
    boolean write(byte[] bytes, int index, long place, long target) {
      long pages = (target >> 12) - (place >> 12);
      if (pages < -(1L << 20) || pages >= 1L << 20) {
        return false;
      }
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index, Insn.adr(ADRP_X16, pages));
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index + 4, Insn.imm12(ADD_X16_X16, target));
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index + 8, BR_X16);
      return true;
    }

    @Override
    boolean writePage(byte[] bytes, int index, long place, int register, long page, long back) {
      long pages = (page >> 12) - (place >> 12);
      if (pages < -(1L << 20) || pages >= 1L << 20) {
        return false;
      }
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index, Insn.adr(ADRP | register, pages));
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index + 4, ADD | register << 5 | register);
      return branchBack(bytes, index + 8, place + 8, back);
    }
  },
  /** {@code ldr x16, .+8; br x16}, then the address: it reaches each address. */
  PROCESS(16) {
    @Override
    boolean write(byte[] bytes, int index, long place, long target) {
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index, LDR_X16_NEXT_BUT_ONE);
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index + 4, BR_X16);
      ByteAccess.LITTLE_ENDIAN.put64(bytes, index + 8, target);
      return true;
    }

    @Override
    boolean writePage(byte[] bytes, int index, long place, int register, long page, long back) {
      ByteAccess.LITTLE_ENDIAN.put32(bytes, index, LDR_NEXT_BUT_ONE | register);
      ByteAccess.LITTLE_ENDIAN.put64(bytes, index + 8, page);
      return branchBack(bytes, index + 4, place + 4, back);
    }
  };

  private static final int ADRP = 0x90000000;
  private static final int ADD = 0x91000000;
  private static final int B = 0x14000000;
  private static final int LDR_NEXT_BUT_ONE = 0x58000040;
  private static final int ADRP_X16 = 0x90000010;
  private static final int ADD_X16_X16 = 0x91000210;
  private static final int BR_X16 = 0xd61f0200;
  private static final int LDR_X16_NEXT_BUT_ONE = LDR_NEXT_BUT_ONE | 16;

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

  /**
   * Writes code that loads the address of a page into a register and branches back.
   *
   * @return whether the page and the return address are within its reach
   */
  abstract boolean writePage(
      byte[] bytes, int index, long place, int register, long page, long back);

  private static boolean branchBack(byte[] bytes, int index, long place, long back) {
    long distance = back - place;
    ByteAccess.LITTLE_ENDIAN.put32(bytes, index, Insn.imm26(B, distance >> 2));
    return distance << 36 >> 36 == distance;
  }
}
