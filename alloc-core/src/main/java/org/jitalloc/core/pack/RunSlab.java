package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/** A slab made for one span, a whole number of pages long. It goes when the span goes. */
final class RunSlab extends Slab {
  private final long usedBytes;

  /** Null unless the span is in use and attached. */
  private volatile @Nullable Object tenant;

  // Guarded by the lock of the pool.
  private boolean retired;
  private boolean gone;

  RunSlab(Pool pool, Span span, long usedBytes) {
    super(pool, span);
    this.usedBytes = usedBytes;
  }

  @Override
  public void attach(long address, Object newTenant) {
    synchronized (pool.lock) {
      if (address != span().start() || retired) {
        throw no("no span in use starts here", address);
      }
      tenant = newTenant;
    }
  }

  @Override
  public @Nullable Object find(long address) {
    return span().contains(address) ? tenant : null;
  }

  @Override
  public void retire(long address, long bytes) {
    synchronized (pool.lock) {
      if (address != span().start() || retired) {
        throw no("no span in use starts here", address);
      }
      if (bytes != usedBytes) {
        throw no("the span has another length: bytes=%d".formatted(bytes), address);
      }
      tenant = null;
      retired = true;
    }
  }

  @Override
  public void recycle(long address) {
    synchronized (pool.lock) {
      if (address != span().start() || !retired || gone) {
        throw no("no retired span starts here", address);
      }
      pool.giveBack(this);
      gone = true;
    }
  }

  @Override
  void addTenants(List<Object> all) {
    Object present = tenant;
    if (present != null) {
      all.add(present);
    }
  }

  @Override
  SlabUse use() {
    long bytes = span().bytes();
    return retired
        ? new SlabUse(span(), protection(), 0, 0, 0, bytes, 0, 0)
        : new SlabUse(span(), protection(), 1, usedBytes, bytes - usedBytes, 0, 0, 0);
  }
}
