package org.jitalloc;

import java.time.Instant;
import java.util.List;

/**
 * Memory whose handle became unreachable before it was freed.
 *
 * @param allocation the allocation
 * @param allocatedAt the time of the allocation
 * @param foundAt the time when the allocator found the leak
 * @param stack the stack of the thread that allocated it, the innermost call first, without frames
 *     of the allocator
 * @param reclaimed whether the allocator freed it then
 */
public record Leak(
    Allocation allocation,
    Instant allocatedAt,
    Instant foundAt,
    List<StackTraceElement> stack,
    boolean reclaimed) {

  /** Copies the list. */
  public Leak {
    stack = List.copyOf(stack);
  }
}
