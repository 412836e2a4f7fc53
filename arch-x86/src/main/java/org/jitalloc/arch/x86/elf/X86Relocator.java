package org.jitalloc.arch.x86.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.RelocationException.Problem;
import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.RelaApplier;
import org.jitalloc.arch.support.elf.SlotWriter;

/**
 * Applies relocations. Fields have to be zero, as in the kernel: another value is an addend that
 * RELA relocations do not use.
 */
final class X86Relocator extends RelaApplier {
  private final SlotWriter slots;

  X86Relocator(RelocatableObject object, PlacedObject placed, SlotWriter slots) {
    super(object, placed, Types.TABLE);
    this.slots = slots;
  }

  @Override
  protected void apply(int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    switch (type) {
      case Types.NONE -> {}
      case Types.PC32 -> put32Signed(index, target + addend - place);
      case Types.PLT32 -> call(index, place, target, addend, symbol);
      case Types.ABS64 -> put64(index, target + addend);
      case Types.ABS32S -> put32Signed(index, target + addend);
      case Types.ABS32 -> put32Unsigned(index, target + addend);
      case Types.PC64 -> put64(index, target + addend - place);
      case Types.ABS16 -> put16(index, target + addend, 0xffff);
      case Types.PC16 -> put16(index, target + addend - place, Short.MAX_VALUE);
      case Types.ABS8 -> put8(index, target + addend, 0xff);
      case Types.PC8 -> put8(index, target + addend - place, Byte.MAX_VALUE);
      case Types.GOTPCREL, Types.GOTPCRELX, Types.REX_GOTPCRELX ->
          put32Signed(index, slots.got(symbol, target) + addend - place);
      default -> applyLarge(type, index, place, target, addend, symbol);
    }
  }

  /** Applies the types of the large code model. */
  private void applyLarge(int type, int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long base = slots.gotBase();
    switch (type) {
      case Types.GOTPC32 -> put32Signed(index, base + addend - place);
      case Types.GOTPC64 -> put64(index, base + addend - place);
      case Types.GOTOFF64 -> put64(index, target + addend - base);
      case Types.GOT64, Types.GOTPLT64 -> put64(index, slots.got(symbol, target) + addend - base);
      case Types.GOTPCREL64 -> put64(index, slots.got(symbol, target) + addend - place);
      case Types.PLTOFF64 -> put64(index, target + addend - base);
      default -> throw new IllegalStateException("in the table but not applied: type=" + type);
    }
  }

  private void call(int index, long place, long target, long addend, int symbol)
      throws RelocationException {
    long value = target + addend - place;
    if (value != (int) value && slots.hasPlt()) {
      value = slots.plt(symbol, target) + addend - place;
    }
    put32Signed(index, value);
  }

  private void put32Signed(int index, long value) throws RelocationException {
    if (value != (int) value) {
      throw outOfRange(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    put32(index, (int) value);
  }

  private void put32Unsigned(int index, long value) throws RelocationException {
    if (value != (value & 0xffffffffL)) {
      throw outOfRange(value, 0, 0xffffffffL);
    }
    put32(index, (int) value);
  }

  private void put64(int index, long value) throws RelocationException {
    requireEmpty(ByteAccess.LITTLE_ENDIAN.get64(bytes, index));
    ByteAccess.LITTLE_ENDIAN.put64(bytes, index, value);
  }

  private void put32(int index, int value) throws RelocationException {
    requireEmpty(ByteAccess.LITTLE_ENDIAN.get32(bytes, index));
    ByteAccess.LITTLE_ENDIAN.put32(bytes, index, value);
  }

  private void put16(int index, long value, long most) throws RelocationException {
    if (value < Short.MIN_VALUE || value > most) {
      throw outOfRange(value, Short.MIN_VALUE, most);
    }
    requireEmpty(ByteAccess.LITTLE_ENDIAN.get16(bytes, index));
    ByteAccess.LITTLE_ENDIAN.put16(bytes, index, (int) value);
  }

  private void put8(int index, long value, long most) throws RelocationException {
    if (value < Byte.MIN_VALUE || value > most) {
      throw outOfRange(value, Byte.MIN_VALUE, most);
    }
    requireEmpty(bytes[index]);
    bytes[index] = (byte) value;
  }

  private void requireEmpty(long found) throws RelocationException {
    if (found != 0) {
      throw failure(Problem.NOT_EMPTY, "the field holds 0x%x, not 0".formatted(found));
    }
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
