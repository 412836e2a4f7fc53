package org.jitalloc;

import java.time.Instant;
import java.util.List;

/**
 * Memory whose handle was lost: nobody can free it any more, and nobody did.
 *
 * @param allocation what it is
 * @param allocatedAt when it was allocated
 * @param foundAt when its handle was found to be lost
 * @param stack who allocated it, the innermost call first; frames of the allocator are left out
 * @param reclaimed whether it was freed then
 */
public record Leak(
    Allocation allocation,
    Instant allocatedAt,
    Instant foundAt,
    List<StackTraceElement> stack,
    boolean reclaimed) {

  /** Makes the record; the list is copied. */
  public Leak {
    stack = List.copyOf(stack);
  }
}
