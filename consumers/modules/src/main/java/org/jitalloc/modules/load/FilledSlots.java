package org.jitalloc.modules.load;

import org.jitalloc.arch.elf.Relocator;

/**
 * How many slots relocation filled.
 *
 * @param got that hold addresses
 * @param plt that go on to addresses
 */
record FilledSlots(int got, int plt) {

  static FilledSlots of(Relocator relocator) {
    var counter = new Counter();
    relocator.forEachSlot(counter);
    return new FilledSlots(counter.got, counter.plt);
  }

  private static final class Counter implements Relocator.SlotVisitor {
    private int got;
    private int plt;

    @Override
    public void got(int symbol, long addend, long address) {
      got++;
    }

    @Override
    public void plt(int symbol, long addend, long address) {
      plt++;
    }
  }
}
