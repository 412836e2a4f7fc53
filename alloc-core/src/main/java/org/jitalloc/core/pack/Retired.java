package org.jitalloc.core.pack;

import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Spans of one shard that were retired one after the other. They wait together: a grace period
 * costs the same for one and for hundreds.
 */
public final class Retired {
  /** As many as make the cost of a grace period small for each. */
  private static final int MOST = 256;

  private static final int LEAST = 32;

  /** No more than this is kept from others in a shard, unless one span is longer. */
  private static final long MOST_BYTES = 1 << 20;

  private final Shard shard;
  private Tenant[] tenants = new Tenant[LEAST];
  private int count;
  private long bytes;

  /** The next of those that were put back. Guarded by the lock of the shard. */
  @Nullable Retired next;

  Retired(Shard shard) {
    this.shard = shard;
  }

  /** Makes room for another one, so that {@link #add} needs none. */
  void reserve() {
    if (count == tenants.length) {
      tenants = Arrays.copyOf(tenants, MOST);
    }
  }

  void add(Tenant tenant) {
    tenants[count++] = tenant;
    bytes += tenant.spanBytes();
  }

  void putBack() {
    shard.putBack(this);
  }

  boolean isFull() {
    return count == MOST || bytes >= MOST_BYTES;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** {@return how many bytes they hold} */
  public long bytes() {
    return bytes;
  }

  /**
   * Gives the places to others. Slabs may be given back by this. The shard collects others in this
   * from then on: it is not for the caller any more.
   *
   * @param clear makes the memory of a span fit for the next one; {@code false} if it could not,
   *     and nobody shall get it
   */
  public void recycle(Predicate<Tenant> clear) {
    StackReserve.requireLong();
    int cleared = 0;
    for (int i = 0; i < count; i++) {
      if (clear.test(tenants[i])) {
        tenants[cleared++] = tenants[i];
      }
    }
    shard.recycle(this, tenants, cleared);
  }

  /** Forgets them, whose places were given to others. */
  void empty() {
    Arrays.fill(tenants, 0, count, null);
    count = 0;
    bytes = 0;
  }
}
