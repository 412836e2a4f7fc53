package org.jitalloc.arch.arm64.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.RelocationException.Problem;
import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.RelaApplier;

/** Applies relocations of data, and those of instructions with {@link Insn}. */
final class Arm64Relocator extends RelaApplier {
  /** The bit that distinguishes ADRP from ADR. */
  private static final int ADRP_BIT = 1 << 31;

  private static final int BRANCH = 0x14000000;

  private final RelocatableObject object;
  private final Arm64SlotWriter slots;
  private boolean init;

  Arm64Relocator(RelocatableObject object, PlacedObject placed, Arm64SlotWriter slots) {
    super(object, placed, Types.TABLE);
    this.object = object;
    this.slots = slots;
  }

  @Override
  protected void enter(int section) {
    init = object.isInit(section);
  }

  @Override
  protected void apply(int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long value = target + addend;
    switch (type) {
      case Types.NONE, Types.NULL -> {}
      case Types.ABS64 -> ByteAccess.LITTLE_ENDIAN.put64(bytes, index, value);
      case Types.PREL64 -> ByteAccess.LITTLE_ENDIAN.put64(bytes, index, value - place);
      case Types.ABS32 -> put32(index, value);
      case Types.PREL32, Types.PLT32 -> put32Signed(index, value - place);
      case Types.GOTPCREL32 -> put32Signed(index, slots.got(symbol, 0, target) + addend - place);
      case Types.ABS16 -> put16(index, value);
      case Types.PREL16 -> put16Signed(index, value - place);
      case Types.ADR_PREL_PG_HI21, Types.ADR_PREL_PG_HI21_NC ->
          ByteAccess.LITTLE_ENDIAN.put32(bytes, index, adrp(type, index, place, value));
      case Types.CALL26, Types.JUMP26 ->
          ByteAccess.LITTLE_ENDIAN.put32(
              bytes, index, branch(index, place, target, addend, symbol));
      default ->
          ByteAccess.LITTLE_ENDIAN.put32(
              bytes,
              index,
              type >= Types.GOT_LD_PREL19 && type <= Types.LD64_GOTPAGE_LO15
                  ? loadFromGot(type, index, place, slots.got(symbol, addend, target))
                  : instruction(type, index, place, value));
    }
  }

  private int insn(int index) {
    return ByteAccess.LITTLE_ENDIAN.get32(bytes, index);
  }

  /** {@return the instruction with its new operand} */
  private int instruction(int type, int index, long place, long value) throws RelocationException {
    int insn = insn(index);
    return switch (type) {
      case Types.ADR_PREL_LO21 -> Insn.adr(insn, requireSigned(value - place, 21));
      case Types.ADD_ABS_LO12_NC, Types.LDST8_ABS_LO12_NC -> Insn.imm12(insn, value);
      case Types.LDST16_ABS_LO12_NC -> loadStore(insn, value, 1);
      case Types.LDST32_ABS_LO12_NC -> loadStore(insn, value, 2);
      case Types.LDST64_ABS_LO12_NC -> loadStore(insn, value, 3);
      case Types.LDST128_ABS_LO12_NC -> loadStore(insn, value, 4);
      case Types.CONDBR19, Types.LD_PREL_LO19 -> Insn.imm19(insn, words(value - place, 21));
      case Types.TSTBR14 -> Insn.imm14(insn, words(value - place, 16));
      default -> move(type, insn, place, value);
    };
  }

  /** {@return MOVZ, MOVK or MOVN with 16 bits of a number} */
  private int move(int type, int insn, long place, long value) throws RelocationException {
    return switch (type) {
      case Types.MOVW_UABS_G0 -> Insn.imm16(insn, requireUnsigned(value, 16));
      case Types.MOVW_UABS_G0_NC -> Insn.imm16(insn, value);
      case Types.MOVW_UABS_G1 -> Insn.imm16(insn, requireUnsigned(value, 32) >> 16);
      case Types.MOVW_UABS_G1_NC -> Insn.imm16(insn, value >> 16);
      case Types.MOVW_UABS_G2 -> Insn.imm16(insn, requireUnsigned(value, 48) >> 32);
      case Types.MOVW_UABS_G2_NC -> Insn.imm16(insn, value >> 32);
      case Types.MOVW_UABS_G3 -> Insn.imm16(insn, value >> 48);
      case Types.MOVW_SABS_G0 -> Insn.signedMove(insn, requireSigned(value, 17), 0);
      case Types.MOVW_SABS_G1 -> Insn.signedMove(insn, requireSigned(value, 33), 16);
      case Types.MOVW_SABS_G2 -> Insn.signedMove(insn, requireSigned(value, 49), 32);
      default -> relativeMove(type, insn, value - place);
    };
  }

  private int relativeMove(int type, int insn, long distance) throws RelocationException {
    return switch (type) {
      case Types.MOVW_PREL_G0 -> Insn.signedMove(insn, requireSigned(distance, 17), 0);
      case Types.MOVW_PREL_G0_NC -> Insn.imm16(insn, distance);
      case Types.MOVW_PREL_G1 -> Insn.signedMove(insn, requireSigned(distance, 33), 16);
      case Types.MOVW_PREL_G1_NC -> Insn.imm16(insn, distance >> 16);
      case Types.MOVW_PREL_G2 -> Insn.signedMove(insn, requireSigned(distance, 49), 32);
      case Types.MOVW_PREL_G2_NC -> Insn.imm16(insn, distance >> 32);
      case Types.MOVW_PREL_G3 -> Insn.signedMove(insn, distance, 48);
      default -> throw new IllegalStateException("in the table but not applied: type=" + type);
    };
  }

  private int loadFromGot(int type, int index, long place, long slot) throws RelocationException {
    int insn = insn(index);
    return switch (type) {
      case Types.ADR_GOT_PAGE -> adrp(type, index, place, slot);
      case Types.LD64_GOT_LO12_NC -> loadStore(insn, slot, 3);
      case Types.LD64_GOTPAGE_LO15 ->
          Insn.imm12(insn, requireUnsigned(slot - slots.gotPage(), 15) >> 3);
      case Types.GOT_LD_PREL19 -> Insn.imm19(insn, words(slot - place, 21));
      default -> throw new IllegalStateException("in the table but not applied: type=" + type);
    };
  }

  private int branch(int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long distance = target + addend - place;
    if (distance << 36 >> 36 != distance) {
      long slot = slots.plt(init, symbol, addend, target);
      if (slot == Arm64SlotWriter.FULL) {
        throw failure(Problem.NO_SLOT, "distance 0x%x and no slot is left".formatted(distance));
      }
      if (slot == Arm64SlotWriter.TOO_FAR) {
        throw outOfRange(distance, -1L << 32, (1L << 32) - 1);
      }
      distance = slot - place;
    }
    return Insn.imm26(insn(index), words(distance, 28));
  }

  private int adrp(int type, int index, long place, long value) throws RelocationException {
    if (slots.erratum().isAt(place)) {
      return besideErratum(index, place, value & -Erratum843419.PAGE_BYTES);
    }
    long pages = (value >> 12) - (place >> 12);
    if (type != Types.ADR_PREL_PG_HI21_NC && (pages < -(1L << 20) || pages >= 1L << 20)) {
      throw outOfRange(value - place, -1L << 32, (1L << 32) - 1);
    }
    return Insn.adr(insn(index), pages);
  }

  /**
   * {@return the instruction in place of an ADRP that the erratum forbids: an ADR, or a branch to a
   * slot}
   */
  private int besideErratum(int index, long place, long page) throws RelocationException {
    long distance = page - place;
    if (distance << 43 >> 43 == distance) {
      return Insn.adr(insn(index) & ~ADRP_BIT, distance);
    }
    long slot = slots.page(init, insn(index), place, page);
    if (slot == Arm64SlotWriter.FULL) {
      throw failure(Problem.NO_SLOT, "no slot is left for what must not be the end of a page");
    }
    if (slot == Arm64SlotWriter.TOO_FAR) {
      throw outOfRange(distance, -1L << 32, (1L << 32) - 1);
    }
    return Insn.imm26(BRANCH, words(slot - place, 28));
  }

  private int loadStore(int insn, long value, int shift) throws RelocationException {
    if ((value & (1L << shift) - 1) != 0) {
      throw misaligned(value, 1 << shift);
    }
    return Insn.imm12(insn, (value & 0xfff) >> shift);
  }

  /** {@return a distance in instructions} */
  private long words(long distance, int bits) throws RelocationException {
    if ((distance & 3) != 0) {
      throw misaligned(distance, 4);
    }
    return requireSigned(distance, bits) >> 2;
  }

  private long requireSigned(long value, int bits) throws RelocationException {
    long most = (1L << bits - 1) - 1;
    if (value > most || value < ~most) {
      throw outOfRange(value, ~most, most);
    }
    return value;
  }

  private long requireUnsigned(long value, int bits) throws RelocationException {
    if (value >>> bits != 0) {
      throw outOfRange(value, 0, (1L << bits) - 1);
    }
    return value;
  }

  /** Writes a signed or unsigned number. */
  private void put32(int index, long value) throws RelocationException {
    if (value < Integer.MIN_VALUE || value > 0xffffffffL) {
      throw outOfRange(value, Integer.MIN_VALUE, 0xffffffffL);
    }
    ByteAccess.LITTLE_ENDIAN.put32(bytes, index, (int) value);
  }

  private void put16(int index, long value) throws RelocationException {
    if (value < Short.MIN_VALUE || value > 0xffff) {
      throw outOfRange(value, Short.MIN_VALUE, 0xffff);
    }
    ByteAccess.LITTLE_ENDIAN.put16(bytes, index, (int) value);
  }

  private void put32Signed(int index, long value) throws RelocationException {
    ByteAccess.LITTLE_ENDIAN.put32(bytes, index, (int) requireSigned(value, 32));
  }

  private void put16Signed(int index, long value) throws RelocationException {
    ByteAccess.LITTLE_ENDIAN.put16(bytes, index, (int) requireSigned(value, 16));
  }

  @Override
  public void finish() {}

  @Override
  public void forEachSlot(SlotVisitor visitor) {
    slots.forEach(visitor);
  }
}
