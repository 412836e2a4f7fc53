package org.jitalloc.core.pack;

import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/** The shard of a slab, as its slabs and batches use it. */
interface SlabKeeper {

  /** {@return the number of the shard} */
  int index();

  /** {@return the permissions of the pages of its slabs} */
  PageProtection protection();

  /** {@return the source of the memory of its slabs} */
  SlabSource source();

  /** Keeps a failure until it can be logged: a log handler under a lock may need that lock. */
  void report(RuntimeException failure);

  /** Notes that the greatest size class of a slab changed. The lock is held. */
  void greatestClassChanged(SharedSlab slab);

  /** Notes that a slab holds no span any more. The slab may be given back. The lock is held. */
  void emptied(SharedSlab slab);

  /** Adds to the number of free chunks of the shard. The lock is held. */
  void addFreeChunks(int chunks);

  /**
   * Retires a span. Takes the lock.
   *
   * @return a batch to recycle after a grace period, if this span completed one
   */
  @Nullable Retired retire(SpanOwner owner);

  /** Takes back a batch that was given out. Takes the lock. */
  void putBack(Retired batch);

  /**
   * Frees the places of a batch. Takes the lock. If the source does not take a slab back, that is
   * reported and the slab stays unused; the other places are freed.
   *
   * @param count the number of spans, from the first, whose places are freed
   */
  void recycle(Retired batch, SpanOwner[] owners, int count);
}
