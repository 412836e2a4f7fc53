package org.jitalloc.core.pack;

import java.util.Arrays;
import java.util.function.Predicate;

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
  private Tenant[] tenants;
  private int count;
  private long bytes;

  Retired(Shard shard) {
    this(shard, LEAST);
  }

  private Retired(Shard shard, int room) {
    this.shard = shard;
    tenants = new Tenant[room];
  }

  /** {@return an empty one, with room for as many as this one needed} */
  Retired next() {
    return new Retired(shard, tenants.length);
  }

  void add(Tenant tenant) {
    if (count == tenants.length) {
      tenants = Arrays.copyOf(tenants, MOST);
    }
    tenants[count++] = tenant;
    bytes += tenant.spanBytes();
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
   * Gives the places to others, once. Slabs may be given back by this.
   *
   * @param clear makes the memory of a span fit for the next one; {@code false} if it could not,
   *     and nobody shall get it
   */
  public void recycle(Predicate<Tenant> clear) {
    int cleared = 0;
    for (int i = 0; i < count; i++) {
      if (clear.test(tenants[i])) {
        tenants[cleared++] = tenants[i];
      }
    }
    count = 0;
    shard.recycle(tenants, cleared);
  }
}
