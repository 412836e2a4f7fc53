package org.jitalloc.arch.arm64.elf;

import java.util.Arrays;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.support.elf.TargetSlots;

/**
 * The slots of one table of branches: those for a symbol and an addend, and those that replace an
 * instruction. They are used in order.
 */
final class PltSlots {
  /** All slots are in use. */
  static final int FULL = -1;

  private final PlacedObject placed;
  private final PltRoom room;
  private final int slotBytes;
  private final Erratum843419 erratum;
  private final TargetSlots targets = new TargetSlots();

  /**
   * The positions of the slots of targets, which differ from their numbers if slots were skipped.
   */
  private int[] positions = new int[16];

  private int next;

  PltSlots(PlacedObject placed, PltRoom room, int slotBytes, Erratum843419 erratum) {
    this.placed = placed;
    this.room = room;
    this.slotBytes = slotBytes;
    this.erratum = erratum;
  }

  /** {@return the position of the slot of a target; FULL if it has none} */
  int find(int symbol, long addend) {
    int slot = targets.find(symbol, addend);
    return slot == TargetSlots.NONE ? FULL : positions[slot];
  }

  /**
   * {@return the position of the next free slot; FULL if there is none} Slots begin with an ADRP,
   * so the erratum may forbid a slot.
   */
  int free() {
    int position = next < room.slots() && erratum.isAt(address(next)) ? next + 1 : next;
    return position < room.slots() ? position : FULL;
  }

  /** Takes a slot. */
  void take(int position) {
    next = position + 1;
  }

  /** Takes a slot for a target. */
  void take(int position, int symbol, long addend) {
    take(position);
    int slot = targets.findOrAdd(symbol, addend);
    if (slot == positions.length) {
      positions = Arrays.copyOf(positions, 2 * slot);
    }
    positions[slot] = position;
  }

  long address(int position) {
    return placed.address(room.part()) + (long) position * slotBytes;
  }

  byte[] bytes() {
    return placed.bytes(room.part());
  }

  int index(int position) {
    return placed.offset(room.part()) + position * slotBytes;
  }

  /** Visits the slots of targets. */
  void forEach(Visitor visitor) {
    targets.forEach(
        (symbol, addend, slot) -> visitor.slot(symbol, addend, address(positions[slot])));
  }

  /** Visits slots. */
  interface Visitor {
    void slot(int symbol, long addend, long address);
  }
}
