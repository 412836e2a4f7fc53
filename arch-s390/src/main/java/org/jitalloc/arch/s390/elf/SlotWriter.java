package org.jitalloc.arch.s390.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.Relocator.SlotVisitor;
import org.jitalloc.arch.support.elf.BigEndian;
import org.jitalloc.arch.support.elf.SymbolSlots;

/**
 * Fills slots when they are first used.
 *
 * <p>A slot that branches on is {@code basr %r1,0; lg %r1,12(%r1); brcl 15,thunk} and the address
 * at 14. The thunk is {@code exrl %r0,.+10; j .; br %r1}: a branch that no processor speculates
 * past.
 */
final class SlotWriter {
  private static final int BASR_LG = 0x0d10e310;
  private static final int LG_END = 0x100c0004;
  private static final int BRCL_ALWAYS = 0xc0f4;
  private static final int BRCL_AT = 8;
  private static final int ADDRESS_AT = 14;
  private static final int[] THUNK = {0xc6000000, 0x0005a7f4, 0x000007f1};

  private final PlacedObject placed;
  private final SymbolSlots got;
  private final int gotPart;
  private final SymbolSlots plt;
  private final int pltPart;

  SlotWriter(PlacedObject placed, SymbolSlots got, int gotPart, SymbolSlots plt, int pltPart) {
    this.placed = placed;
    this.got = got;
    this.gotPart = gotPart;
    this.plt = plt;
    this.pltPart = pltPart;
  }

  /** Where the table of addresses starts. */
  long gotBase() {
    return placed.address(gotPart);
  }

  /** The address of the slot that holds a symbol's address. */
  long got(int symbol, long target) {
    int offset = got.slot(symbol) * S390SlotPlan.GOT_SLOT_BYTES;
    if (got.fill(got.slot(symbol))) {
      BigEndian.put64(placed.bytes(gotPart), placed.offset(gotPart) + offset, target);
    }
    return placed.address(gotPart) + offset;
  }

  /** The address of the slot that branches to a symbol. */
  long plt(int symbol, long target) {
    int offset = plt.slot(symbol) * S390SlotPlan.PLT_SLOT_BYTES;
    if (plt.fill(plt.slot(symbol))) {
      byte[] bytes = placed.bytes(pltPart);
      int at = placed.offset(pltPart) + offset;
      BigEndian.put32(bytes, at, BASR_LG);
      BigEndian.put32(bytes, at + 4, LG_END);
      BigEndian.put16(bytes, at + BRCL_AT, BRCL_ALWAYS);
      BigEndian.put32(bytes, at + BRCL_AT + 2, (thunkOffset() - offset - BRCL_AT) / 2);
      BigEndian.put64(bytes, at + ADDRESS_AT, target);
    }
    return placed.address(pltPart) + offset;
  }

  private int thunkOffset() {
    return plt.count() * S390SlotPlan.PLT_SLOT_BYTES;
  }

  void writeThunk() {
    if (pltPart >= 0) {
      int at = placed.offset(pltPart) + thunkOffset();
      for (int i = 0; i < THUNK.length; i++) {
        BigEndian.put32(placed.bytes(pltPart), at + 4 * i, THUNK[i]);
      }
    }
  }

  void forEach(SlotVisitor visitor) {
    if (gotPart >= 0) {
      long base = gotBase();
      got.forEachFilled(
          (symbol, slot) ->
              visitor.got(symbol, 0, base + (long) slot * S390SlotPlan.GOT_SLOT_BYTES));
    }
    if (pltPart >= 0) {
      long base = placed.address(pltPart);
      plt.forEachFilled(
          (symbol, slot) ->
              visitor.plt(symbol, 0, base + (long) slot * S390SlotPlan.PLT_SLOT_BYTES));
    }
  }
}
