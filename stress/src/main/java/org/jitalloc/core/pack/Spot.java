package org.jitalloc.core.pack;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;

/** An owner that needs nothing but a place, in a range of one page. */
final class Spot extends SpanOwner {
  static final long BASE = 0x7000_0000_0000L;
  static final long BYTES = Pools.PAGE_BYTES;

  private boolean gone;

  Spot(long bytes) {
    super(bytes);
  }

  /** Two shards, as many as threads, over memory that is never touched. */
  static Pools pools() {
    return new Pools(
        new SlabSource() {
          @Override
          public void map(long address, long bytes, PageProtection protection) {}

          @Override
          public boolean unmap(long address, long bytes, PageProtection protection) {
            return true;
          }
        },
        2);
  }

  static Zone zone(Pools pools) {
    return pools.zone(new AddressRange(BASE, BASE + BYTES), null, PageProtection.ROX);
  }

  @Override
  protected void admit(int shard) {}

  @Override
  protected void refund(int shard) {}

  @Override
  protected void placed(int shard) {}

  @Override
  protected void retired(int shard) {
    if (gone) {
      throw new IllegalStateException("gone before");
    }
    gone = true;
  }
}
