package org.jitalloc.core.memory;

import org.jitalloc.core.pack.Slab;

/**
 * Where a block is.
 *
 * @param slab what it is part of
 * @param address its first address
 * @param bytes its length after rounding: all of it is the block's own
 * @param askedBytes its length as the slab was asked for it
 */
record Place(Slab slab, long address, long bytes, long askedBytes) {

  void attach(Block block) {
    slab.attach(address, block);
  }

  /** Nobody finds the block any more. */
  void retire() {
    slab.retire(address, askedBytes);
  }

  /** Somebody else may get the place. */
  void recycle() {
    slab.recycle(address);
  }
}
