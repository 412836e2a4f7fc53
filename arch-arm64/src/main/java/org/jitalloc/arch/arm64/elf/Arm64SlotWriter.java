package org.jitalloc.arch.arm64.elf;

import java.util.BitSet;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.Relocator.SlotVisitor;
import org.jitalloc.arch.support.elf.ByteAccess;
import org.jitalloc.arch.support.elf.TargetSlots;

/** Fills slots at their first use. Init code uses the slots of core code if they exist. */
final class Arm64SlotWriter {
  /** All slots are in use. */
  static final long FULL = -1;

  /** The slot does not reach its target. */
  static final long TOO_FAR = -2;

  private final PlacedObject placed;
  private final Veneer veneer;
  private final Erratum843419 erratum;
  private final PltSlots core;
  private final PltSlots init;
  private final TargetSlots got;
  private final int gotPart;
  private final BitSet gotFilled = new BitSet();

  Arm64SlotWriter(
      PlacedObject placed,
      Veneer veneer,
      Erratum843419 erratum,
      PltRoom core,
      PltRoom init,
      TargetSlots got,
      int gotPart) {
    this.placed = placed;
    this.veneer = veneer;
    this.erratum = erratum;
    this.core = new PltSlots(placed, core, veneer.bytes(), erratum);
    this.init = init.equals(core) ? this.core : new PltSlots(placed, init, veneer.bytes(), erratum);
    this.got = got;
    this.gotPart = gotPart;
  }

  Erratum843419 erratum() {
    return erratum;
  }

  /**
   * {@return the address of the slot that branches to a symbol and an addend, or FULL or TOO_FAR}
   */
  long plt(boolean fromInit, int symbol, long addend, long target) {
    int shared = core.find(symbol, addend);
    if (shared != PltSlots.FULL) {
      return core.address(shared);
    }
    PltSlots slots = fromInit ? init : core;
    int known = slots.find(symbol, addend);
    if (known != PltSlots.FULL) {
      return slots.address(known);
    }
    int position = slots.free();
    if (position == PltSlots.FULL) {
      return FULL;
    }
    long place = slots.address(position);
    if (!veneer.write(slots.bytes(), slots.index(position), place, target + addend)) {
      return TOO_FAR;
    }
    slots.take(position, symbol, addend);
    return place;
  }

  /**
   * Returns the address of a slot that has the effect of an ADRP and branches back, or FULL or
   * TOO_FAR.
   *
   * @param insn the instruction
   * @param at its address
   * @param page the address of the page that it computes
   */
  long page(boolean fromInit, int insn, long at, long page) {
    PltSlots slots = fromInit ? init : core;
    int position = slots.free();
    if (position == PltSlots.FULL) {
      return FULL;
    }
    long place = slots.address(position);
    if (!veneer.writePage(slots.bytes(), slots.index(position), place, insn & 31, page, at + 4)) {
      return TOO_FAR;
    }
    slots.take(position);
    return place;
  }

  /** {@return the address of the slot with the address of a symbol and an addend} */
  long got(int symbol, long addend, long target) {
    int slot = got.find(symbol, addend);
    int offset = slot * Arm64SlotPlan.GOT_SLOT_BYTES;
    if (!gotFilled.get(slot)) {
      gotFilled.set(slot);
      int index = placed.offset(gotPart) + offset;
      ByteAccess.LITTLE_ENDIAN.put64(placed.bytes(gotPart), index, target + addend);
    }
    return placed.address(gotPart) + offset;
  }

  long gotPage() {
    return placed.address(gotPart) & -4096;
  }

  void forEach(SlotVisitor visitor) {
    core.forEach(visitor::plt);
    if (init != core) {
      init.forEach(visitor::plt);
    }
    got.forEach(
        (symbol, addend, slot) -> {
          if (gotFilled.get(slot)) {
            long offset = (long) slot * Arm64SlotPlan.GOT_SLOT_BYTES;
            visitor.got(symbol, addend, placed.address(gotPart) + offset);
          }
        });
  }
}
