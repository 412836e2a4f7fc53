package org.jitalloc.core.pack;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jitalloc.core.stack.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * A batch of retired spans of one shard. They wait together: a grace period costs the same for one
 * span and for hundreds.
 */
public final class Retired {
  /** With this number of spans the cost of a grace period is small for each. */
  private static final int MOST = 256;

  private static final int LEAST = 32;

  /** At most this waits in a batch, unless one span is longer. */
  private static final long MOST_BYTES = 1 << 20;

  private final SlabKeeper keeper;
  private SpanOwner[] owners = new SpanOwner[LEAST];
  private int count;
  private long bytes;

  /** The number of spans that were cleared or skipped, and of those that are reusable. */
  private int handled;

  private int cleared;

  /** The next batch that was put back. Guarded by the lock of the shard. */
  @Nullable Retired next;

  Retired(SlabKeeper keeper) {
    this.keeper = keeper;
  }

  /** Allocates room for another span, so that {@link #add} allocates nothing. */
  void reserve() {
    if (count == owners.length) {
      owners = Arrays.copyOf(owners, MOST);
    }
  }

  void add(SpanOwner owner) {
    owners[count++] = owner;
    bytes += owner.spanBytes();
  }

  void putBack() {
    keeper.putBack(this);
  }

  boolean isFull() {
    return count == MOST || bytes >= MOST_BYTES;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** {@return the length of its spans in bytes} */
  public long bytes() {
    return bytes;
  }

  /**
   * Clears the spans and frees their places. Slabs may be given back by this. The shard reuses the
   * batch, so the caller must not use it any more. If this throws, the batch can be put back, and
   * the next call continues with the span that failed.
   *
   * @param clear clears the memory of a span for its next owner; {@code false} if that failed, and
   *     the place is never reused
   */
  public void recycle(Predicate<SpanOwner> clear) {
    StackReserve.requireLong();
    while (handled < count) {
      SpanOwner owner = owners[handled];
      boolean reusable = clear.test(owner);
      handled++;
      if (reusable) {
        owners[cleared++] = owner;
      }
    }
    keeper.recycle(this, owners, cleared);
  }

  /** Removes the spans, whose places were freed. */
  void empty() {
    Arrays.fill(owners, 0, count, null);
    count = 0;
    handled = 0;
    cleared = 0;
    bytes = 0;
  }
}
