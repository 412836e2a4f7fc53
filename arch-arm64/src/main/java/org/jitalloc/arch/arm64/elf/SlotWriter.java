package org.jitalloc.arch.arm64.elf;

import java.util.BitSet;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.Relocator.SlotVisitor;
import org.jitalloc.arch.support.elf.LittleEndian;
import org.jitalloc.arch.support.elf.TargetSlots;

/** Fills slots when they are first used. Init code uses the slots of core code where there are. */
final class SlotWriter {
  /** There is no room for another slot. */
  static final long FULL = -1;

  /** The slot does not reach its target. */
  static final long TOO_FAR = -2;

  private final PlacedObject placed;
  private final Veneer veneer;
  private final PltRoom core;
  private final PltRoom init;
  private final TargetSlots coreSlots = new TargetSlots();
  private final TargetSlots initSlots;
  private final TargetSlots got;
  private final int gotPart;
  private final BitSet gotFilled = new BitSet();

  SlotWriter(
      PlacedObject placed,
      Veneer veneer,
      PltRoom core,
      PltRoom init,
      TargetSlots got,
      int gotPart) {
    this.placed = placed;
    this.veneer = veneer;
    this.core = core;
    this.init = init;
    this.got = got;
    this.gotPart = gotPart;
    initSlots = init.equals(core) ? coreSlots : new TargetSlots();
  }

  /** The address of the slot that goes to a symbol and an addend, or FULL or TOO_FAR. */
  long plt(boolean fromInit, int symbol, long addend, long target) {
    int shared = coreSlots.find(symbol, addend);
    if (shared != TargetSlots.NONE) {
      return address(core, shared);
    }
    PltRoom room = fromInit ? init : core;
    TargetSlots slots = fromInit ? initSlots : coreSlots;
    int known = slots.find(symbol, addend);
    if (known != TargetSlots.NONE) {
      return address(room, known);
    }
    int next = slots.count();
    if (next >= room.slots()) {
      return FULL;
    }
    int index = placed.offset(room.part()) + next * veneer.bytes();
    long place = address(room, next);
    if (!veneer.write(placed.bytes(room.part()), index, place, target + addend)) {
      return TOO_FAR;
    }
    slots.findOrAdd(symbol, addend);
    return place;
  }

  private long address(PltRoom room, int slot) {
    return placed.address(room.part()) + (long) slot * veneer.bytes();
  }

  /** The address of the slot that holds the address of a symbol and an addend. */
  long got(int symbol, long addend, long target) {
    int slot = got.find(symbol, addend);
    int offset = slot * Arm64SlotPlan.GOT_SLOT_BYTES;
    if (!gotFilled.get(slot)) {
      gotFilled.set(slot);
      int index = placed.offset(gotPart) + offset;
      LittleEndian.put64(placed.bytes(gotPart), index, target + addend);
    }
    return placed.address(gotPart) + offset;
  }

  long gotPage() {
    return placed.address(gotPart) & -4096;
  }

  void forEach(SlotVisitor visitor) {
    coreSlots.forEach((symbol, addend, slot) -> visitor.plt(symbol, addend, address(core, slot)));
    if (initSlots != coreSlots) {
      initSlots.forEach((symbol, addend, slot) -> visitor.plt(symbol, addend, address(init, slot)));
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
