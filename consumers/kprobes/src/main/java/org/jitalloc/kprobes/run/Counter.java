package org.jitalloc.kprobes.run;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * A number that detours add one to. It is memory of the target with a cache line of its own, until
 * no thread can be in a detour that counts; then what it was. For any thread.
 */
final class Counter {
  private final ByteOrder order;
  private final long address;

  /** Guarded by the monitor, as the following. */
  private @Nullable JitMemory memory;

  private long last;

  Counter(JitAllocator allocator) {
    order = allocator.target().byteOrder();
    JitMemory number =
        allocator.allocate(
            AllocationRequest.of(ModMemType.DATA, Long.BYTES).withPurpose(Purpose.KPROBES));
    address = number.address();
    try {
      memory = number.publish();
    } catch (RuntimeException | Error failure) {
      number.close();
      throw failure;
    }
  }

  /** Where the number is, for detours. */
  long address() {
    return address;
  }

  synchronized long value() {
    if (memory != null && memory.state() == JitMemory.State.LIVE) {
      last = ByteBuffer.wrap(memory.read(0, Long.BYTES)).order(order).getLong();
    }
    return last;
  }

  /** Keeps the number and gives its memory back: no code counts any more. */
  synchronized void end() {
    JitMemory number = memory;
    if (number == null) {
      return;
    }
    try {
      last = value();
    } finally {
      memory = null;
      number.close();
    }
  }
}
