package org.jitalloc.bpf.interp;

import java.nio.ByteOrder;
import org.jitalloc.bpf.memory.Regions;
import org.jitalloc.bpf.memory.Regions.Update;

/** The numbers in the memory of a run, in the byte order of its program. */
final class OrderedMemory {
  /*
   * Regions are little-endian; a number of the other order is that with its bytes reversed. Bitwise
   * operations are the same on reversed operands, an addition is not: it is tried until no one came
   * in between.
   */
  private final Regions regions;
  private final boolean little;

  OrderedMemory(Regions regions, ByteOrder order) {
    this.regions = regions;
    little = order == ByteOrder.LITTLE_ENDIAN;
  }

  private long ordered(long value, int bytes) {
    return little ? value : Long.reverseBytes(value) >>> Long.SIZE - bytes * Byte.SIZE;
  }

  long load(long address, int bytes) {
    return ordered(regions.load(address, bytes), bytes);
  }

  void store(long address, int bytes, long value) {
    regions.store(address, bytes, ordered(value, bytes));
  }

  long update(long address, int bytes, Update update, long operand) {
    if (update == Update.ADD && !little) {
      return addInALoop(address, bytes, operand);
    }
    return ordered(regions.update(address, bytes, update, ordered(operand, bytes)), bytes);
  }

  private long addInALoop(long address, int bytes, long operand) {
    long was = regions.update(address, bytes, Update.OR, 0);
    while (true) {
      long next = ordered(ordered(was, bytes) + operand, bytes);
      long seen = regions.compareAndExchange(address, bytes, was, next);
      if (seen == was) {
        return ordered(was, bytes);
      }
      was = seen;
    }
  }

  long compareAndExchange(long address, int bytes, long expected, long replacement) {
    long was =
        regions.compareAndExchange(
            address, bytes, ordered(expected, bytes), ordered(replacement, bytes));
    return ordered(was, bytes);
  }
}
