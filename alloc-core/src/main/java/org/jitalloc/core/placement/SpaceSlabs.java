package org.jitalloc.core.placement;

import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.Pools;
import org.jitalloc.core.pack.SlabSource;
import org.jitalloc.core.space.AddressSpace;

/** Slabs are pages of an address space. */
final class SpaceSlabs implements SlabSource {

  private final AddressSpace space;

  SpaceSlabs(AddressSpace space) {
    this.space = space;
  }

  @Override
  public void map(long address, long bytes, PageProtection protection) {
    space.map(address, bytes, protection);
  }

  @Override
  public boolean unmap(long address, long bytes, PageProtection protection) {
    return space.unmap(address, bytes, protection);
  }

  @Override
  public long partBytes() {
    return Math.max(space.pageBytes(), Pools.PAGE_BYTES);
  }

  @Override
  public boolean decommit(long address, long bytes, PageProtection protection) {
    return space.decommit(address, bytes, protection);
  }

  @Override
  public void recommit(long address, long bytes, PageProtection protection) {
    space.recommit(address, bytes, protection);
  }

  @Override
  public void collapse(long address, long bytes) {
    space.collapse(address, bytes);
  }

  @Override
  public boolean guards() {
    return space.guards();
  }
}
