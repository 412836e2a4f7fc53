package org.jitalloc.arch.x86.elf;

import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.Relocator.SlotVisitor;
import org.jitalloc.arch.support.elf.LittleEndian;
import org.jitalloc.arch.support.elf.SymbolSlots;

/** Fills slots when they are first used. */
final class SlotWriter {
  /** {@code jmp *0(%rip)}, the address follows. */
  private static final byte[] JUMP = {(byte) 0xff, 0x25, 0, 0, 0, 0};

  private static final byte INT3 = (byte) 0xcc;

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

  boolean hasPlt() {
    return pltPart >= 0;
  }

  /** Where the table of addresses starts. */
  long gotBase() {
    return placed.address(gotPart);
  }

  /** The address of the slot that holds a symbol's address. */
  long got(int symbol, long target) {
    int offset = got.slot(symbol) * X86SlotPlan.GOT_SLOT_BYTES;
    if (got.fill(got.slot(symbol))) {
      LittleEndian.put64(placed.bytes(gotPart), placed.offset(gotPart) + offset, target);
    }
    return placed.address(gotPart) + offset;
  }

  /** The address of the slot that jumps to a symbol. */
  long plt(int symbol, long target) {
    int offset = plt.slot(symbol) * X86SlotPlan.PLT_SLOT_BYTES;
    if (plt.fill(plt.slot(symbol))) {
      byte[] bytes = placed.bytes(pltPart);
      int at = placed.offset(pltPart) + offset;
      System.arraycopy(JUMP, 0, bytes, at, JUMP.length);
      LittleEndian.put64(bytes, at + JUMP.length, target);
      bytes[at + JUMP.length + 8] = INT3;
      bytes[at + JUMP.length + 9] = INT3;
    }
    return placed.address(pltPart) + offset;
  }

  void forEach(SlotVisitor visitor) {
    if (gotPart >= 0) {
      long base = gotBase();
      got.forEachFilled(
          (symbol, slot) ->
              visitor.got(symbol, 0, base + (long) slot * X86SlotPlan.GOT_SLOT_BYTES));
    }
    if (hasPlt()) {
      long base = placed.address(pltPart);
      plt.forEachFilled(
          (symbol, slot) ->
              visitor.plt(symbol, 0, base + (long) slot * X86SlotPlan.PLT_SLOT_BYTES));
    }
  }
}
