package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * A run of pages of one protection, shared by many spans or made for one that is longer than a
 * shared slab.
 *
 * <p>A span's life: placed, {@linkplain #attach known by a tenant}, {@linkplain #retire retired}
 * (no longer used and no longer found, its place not yet given to others), {@linkplain #recycle
 * recycled}. What does not fit that order is refused and changes nothing.
 */
public abstract sealed class Slab permits SharedSlab, RunSlab {
  final Pool pool;
  private final Span span;

  Slab(Pool pool, Span span) {
    this.pool = pool;
    this.span = span;
  }

  /** {@return where it is} */
  public final Span span() {
    return span;
  }

  /** {@return what its pages allow} */
  public final PageProtection protection() {
    return pool.protection();
  }

  /**
   * Says who is found at the addresses of a span.
   *
   * @param address the start of a span that is in use
   * @param tenant what {@link Pools#find} gives; it has to know its own span and state
   */
  public abstract void attach(long address, Object tenant);

  /**
   * Finds whom a span belongs to. Lock-free, constant time. While other threads place and retire
   * spans, an address outside of all spans may give the tenant of one nearby, so ask the tenant
   * whether the address is his.
   *
   * @param address any address in this slab
   * @return the tenant, or null if there is none
   */
  public abstract @Nullable Object find(long address);

  /**
   * Ends the use of a span: nobody finds it from now on.
   *
   * @param address its start
   * @param bytes its length as it was asked for
   * @throws IllegalArgumentException if no span in use starts there, or it is shorter than that
   */
  public abstract void retire(long address, long bytes);

  /**
   * Gives the place of a retired span to others. The slab itself may be given back by this.
   *
   * @param address its start
   * @throws IllegalArgumentException if no retired span starts there
   */
  public abstract void recycle(long address);

  /**
   * Retires and recycles: for spans that no thread can be inside.
   *
   * @param address its start
   * @param bytes its length as it was asked for
   * @throws IllegalArgumentException as {@link #retire} does
   */
  public final void free(long address, long bytes) {
    retire(address, bytes);
    recycle(address);
  }

  /** Adds those who have a span here; with the pool's lock held. */
  abstract void addTenants(List<Object> tenants);

  /** What is in it now; with the pool's lock held. */
  abstract SlabUse use();

  final IllegalArgumentException no(String what, long address) {
    return new IllegalArgumentException(
        "%s: address=0x%x slab=%s protection=%s".formatted(what, address, span, protection()));
  }
}
