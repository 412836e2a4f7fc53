package org.jitalloc.arch.x86.elf;

import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.SlotForm;

/**
 * The slots of x86. Kernel modules are within reach of direct calls, so they need no slots for
 * calls; in a process, libraries may have any address.
 */
enum X86Slots implements SlotForm {
  NEAR_CALLS(false),
  FAR_CALLS(true);

  /** {@code jmp *0(%rip)}, followed by the address. */
  private static final byte[] JUMP = {(byte) 0xff, 0x25, 0, 0, 0, 0};

  private static final byte INT3 = (byte) 0xcc;
  private static final int BRANCH_BYTES = 16;

  private final boolean callsMayBeFar;

  X86Slots(boolean callsMayBeFar) {
    this.callsMayBeFar = callsMayBeFar;
  }

  @Override
  public boolean usesGot(int type) {
    return Types.usesGotBase(type);
  }

  @Override
  public boolean usesGotSlot(int type) {
    return Types.usesGotSlot(type);
  }

  @Override
  public boolean usesPltSlot(int type) {
    return callsMayBeFar && Types.usesPltSlot(type);
  }

  @Override
  public void putAddress(byte[] bytes, int at, long target) {
    ByteAccess.LITTLE_ENDIAN.put64(bytes, at, target);
  }

  @Override
  public int branchBytes() {
    return BRANCH_BYTES;
  }

  @Override
  public int branchAlignBytes() {
    return BRANCH_BYTES;
  }

  @Override
  public void putBranch(byte[] bytes, int at, int endDistance, long target) {
    System.arraycopy(JUMP, 0, bytes, at, JUMP.length);
    ByteAccess.LITTLE_ENDIAN.put64(bytes, at + JUMP.length, target);
    bytes[at + JUMP.length + 8] = INT3;
    bytes[at + JUMP.length + 9] = INT3;
  }
}
