package org.jitalloc.arch.s390.elf;

import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.SlotForm;

/**
 * The slots of s390x, as in the kernel (arch/s390/kernel/module.c): each symbol of a relocation
 * that may need a slot has one.
 *
 * <p>A slot with a branch is {@code basr %r1,0; lg %r1,12(%r1); brcl 15,thunk} and the address at
 * 14. The thunk is {@code exrl %r0,.+10; j .; br %r1}: a branch without speculation.
 */
enum S390Slots implements SlotForm {
  INSTANCE;

  private static final int BRANCH_BYTES = 22;
  private static final int INSN_ALIGN_BYTES = 2;
  private static final int BASR_LG = 0x0d10e310;
  private static final int LG_END = 0x100c0004;
  private static final int BRCL_ALWAYS = 0xc0f4;
  private static final int BRCL_AT = 8;
  private static final int ADDRESS_AT = 14;
  private static final int[] THUNK = {0xc6000000, 0x0005a7f4, 0x000007f1};

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
    return Types.usesPltSlot(type);
  }

  @Override
  public void putAddress(byte[] bytes, int at, long target) {
    ByteAccess.BIG_ENDIAN.put64(bytes, at, target);
  }

  @Override
  public int branchBytes() {
    return BRANCH_BYTES;
  }

  @Override
  public int branchAlignBytes() {
    return INSN_ALIGN_BYTES;
  }

  @Override
  public void putBranch(byte[] bytes, int at, int endDistance, long target) {
    ByteAccess.BIG_ENDIAN.put32(bytes, at, BASR_LG);
    ByteAccess.BIG_ENDIAN.put32(bytes, at + 4, LG_END);
    ByteAccess.BIG_ENDIAN.put16(bytes, at + BRCL_AT, BRCL_ALWAYS);
    ByteAccess.BIG_ENDIAN.put32(bytes, at + BRCL_AT + 2, (endDistance - BRCL_AT) / 2);
    ByteAccess.BIG_ENDIAN.put64(bytes, at + ADDRESS_AT, target);
  }

  /** {@return the same length as in the kernel, that of a slot} */
  @Override
  public int endBytes() {
    return BRANCH_BYTES;
  }

  @Override
  public void putEnd(byte[] bytes, int at) {
    for (int i = 0; i < THUNK.length; i++) {
      ByteAccess.BIG_ENDIAN.put32(bytes, at + 4 * i, THUNK[i]);
    }
  }
}
