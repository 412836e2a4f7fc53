package org.jitalloc.arch.s390.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.RelaApplier;
import org.jitalloc.arch.support.elf.SlotWriter;

/** Applies relocations: computes the value by the type, then stores it. */
final class S390Relocator extends RelaApplier {
  private final SlotWriter slots;

  S390Relocator(RelocatableObject object, PlacedObject placed, SlotWriter slots) {
    super(object, placed, Types.TABLE);
    this.slots = slots;
  }

  @Override
  protected void apply(int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long value = target + addend;
    switch (type) {
      case Types.NONE -> {}
      case Types.ABS64 -> ByteAccess.BIG_ENDIAN.put64(bytes, index, value);
      case Types.PC32DBL -> put32Doubled(index, value - place);
      case Types.PLT32DBL ->
          put32Doubled(index, call(33, value - place, place, target, addend, symbol));
      case Types.GOTENT, Types.GOTPLTENT ->
          put32Doubled(index, slots.got(symbol, target) + addend - place);
      case Types.PC64 -> ByteAccess.BIG_ENDIAN.put64(bytes, index, value - place);
      case Types.PC32 -> put32Signed(index, value - place);
      case Types.PC16 -> put16Signed(index, value - place);
      case Types.PC12DBL -> put12Doubled(index, value - place);
      case Types.PC16DBL -> put16Doubled(index, value - place);
      case Types.PC24DBL -> put24Doubled(index, value - place);
      case Types.ABS32 -> put32(index, value);
      case Types.ABS16 -> put16(index, value);
      case Types.ABS12 -> put12(index, value);
      case Types.ABS8 -> put8(index, value);
      case Types.ABS20 -> put20(index, value);
      default -> {
        if (Types.usesPltSlot(type)) {
          applyCall(type, index, place, target, addend, symbol);
        } else if (Types.usesGotSlot(type)) {
          applyGot(type, index, slots.got(symbol, target) - slots.gotBase() + addend);
        } else {
          applyGotBase(type, index, place, value, addend);
        }
      }
    }
  }

  /**
   * {@return the distance to a symbol, or to its slot if the symbol is out of reach of the field}
   */
  private long call(int bits, long distance, long place, long target, long addend, int symbol) {
    long most = (1L << bits - 1) - 1;
    return distance > most || distance < ~most
        ? slots.plt(symbol, target) + addend - place
        : distance;
  }

  private void applyCall(int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long distance = target + addend - place;
    switch (type) {
      case Types.PLT12DBL -> put12Doubled(index, call(13, distance, place, target, addend, symbol));
      case Types.PLT16DBL -> put16Doubled(index, call(17, distance, place, target, addend, symbol));
      case Types.PLT24DBL -> put24Doubled(index, call(25, distance, place, target, addend, symbol));
      case Types.PLT32 -> put32Signed(index, call(32, distance, place, target, addend, symbol));
      case Types.PLT64 -> ByteAccess.BIG_ENDIAN.put64(bytes, index, distance);
      default -> {
        long offset = slots.plt(symbol, target) + addend - slots.gotBase();
        switch (type) {
          case Types.PLTOFF16 -> put16Signed(index, offset);
          case Types.PLTOFF32 -> put32Signed(index, offset);
          default -> ByteAccess.BIG_ENDIAN.put64(bytes, index, offset);
        }
      }
    }
  }

  /** Applies types with an offset from the start of the GOT. */
  private void applyGot(int type, int index, long offset) throws RelocationException {
    switch (type) {
      case Types.GOT12, Types.GOTPLT12 -> put12(index, offset);
      case Types.GOT16, Types.GOTPLT16 -> put16Signed(index, offset);
      case Types.GOT20, Types.GOTPLT20 -> put20(index, offset);
      case Types.GOT32, Types.GOTPLT32 -> put32Signed(index, offset);
      case Types.GOT64, Types.GOTPLT64 -> ByteAccess.BIG_ENDIAN.put64(bytes, index, offset);
      default -> throw new IllegalStateException("in the table but not applied: type=" + type);
    }
  }

  /** Applies types that are relative to the GOT, or its address. */
  private void applyGotBase(int type, int index, long place, long value, long addend)
      throws RelocationException {
    long base = slots.gotBase();
    switch (type) {
      case Types.GOTPC -> put32Signed(index, base + addend - place);
      case Types.GOTPCDBL -> put32Doubled(index, base + addend - place);
      case Types.GOTOFF16 -> put16Signed(index, value - base);
      case Types.GOTOFF32 -> put32Signed(index, value - base);
      case Types.GOTOFF64 -> ByteAccess.BIG_ENDIAN.put64(bytes, index, value - base);
      default -> throw new IllegalStateException("in the table but not applied: type=" + type);
    }
  }

  private long require(long value, long least, long most) throws RelocationException {
    if (value < least || value > most) {
      throw outOfRange(value, least, most);
    }
    return value;
  }

  /** {@return a distance in halfwords that fits a field} */
  private int doubled(long distance, int bits) throws RelocationException {
    if ((distance & 1) != 0) {
      throw misaligned(distance, 2);
    }
    long most = 1L << bits;
    return (int) (require(distance, -most, most - 1) >> 1);
  }

  private void put32Doubled(int index, long distance) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put32(bytes, index, doubled(distance, 32));
  }

  /** Writes three bytes, as in BPRP. */
  private void put24Doubled(int index, long distance) throws RelocationException {
    int number = doubled(distance, 24);
    bytes[index] = (byte) (number >> 16);
    ByteAccess.BIG_ENDIAN.put16(bytes, index + 1, number);
  }

  private void put16Doubled(int index, long distance) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put16(bytes, index, doubled(distance, 16));
  }

  private void put12Doubled(int index, long distance) throws RelocationException {
    int rest = ByteAccess.BIG_ENDIAN.get16(bytes, index) & 0xf000;
    ByteAccess.BIG_ENDIAN.put16(bytes, index, rest | doubled(distance, 12) & 0xfff);
  }

  private void put32Signed(int index, long value) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put32(
        bytes, index, (int) require(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  private void put16Signed(int index, long value) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put16(
        bytes, index, (int) require(value, Short.MIN_VALUE, Short.MAX_VALUE));
  }

  /** Writes a signed or unsigned number. */
  private void put32(int index, long value) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put32(bytes, index, (int) require(value, Integer.MIN_VALUE, 0xffffffffL));
  }

  private void put16(int index, long value) throws RelocationException {
    ByteAccess.BIG_ENDIAN.put16(bytes, index, (int) require(value, Short.MIN_VALUE, 0xffff));
  }

  private void put8(int index, long value) throws RelocationException {
    bytes[index] = (byte) require(value, Byte.MIN_VALUE, 0xff);
  }

  /** Writes an unsigned displacement, which follows the number of a register. */
  private void put12(int index, long value) throws RelocationException {
    int rest = ByteAccess.BIG_ENDIAN.get16(bytes, index) & 0xf000;
    ByteAccess.BIG_ENDIAN.put16(bytes, index, rest | (int) require(value, 0, 0xfff));
  }

  /** Writes a long displacement: the low 12 bits precede the high 8 bits. */
  private void put20(int index, long value) throws RelocationException {
    int number = (int) require(value, -(1 << 19), (1 << 19) - 1);
    int rest = ByteAccess.BIG_ENDIAN.get32(bytes, index) & 0xf00000ff;
    ByteAccess.BIG_ENDIAN.put32(
        bytes, index, rest | (number & 0xfff) << 16 | (number >> 12 & 0xff) << 8);
  }

  @Override
  public void finish() {
    slots.finish();
  }

  @Override
  public void forEachSlot(SlotVisitor visitor) {
    slots.forEach(visitor);
  }
}
