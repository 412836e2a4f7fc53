package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/** The addresses and the memory of slabs, and the table that finds a slab by address. */
final class SlabMemory {

  /** The address that {@link #acquire} returns if the range has no room: no slab is there. */
  static final long NOWHERE = -1;

  private final SlabSource source;
  private final AddressSpaceMap addresses;
  private final KeptRanges kept = new KeptRanges();
  private final SlabTable table = new SlabTable();
  private final ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  /**
   * Makes it.
   *
   * @param source maps the memory of slabs
   */
  SlabMemory(SlabSource source) {
    this.source = source;
    addresses = new AddressSpaceMap(source.guards() ? 1 : 0);
  }

  SlabSource source() {
    return source;
  }

  AddressSpaceMap addresses() {
    return addresses;
  }

  SlabTable table() {
    return table;
  }

  /** {@return the slab that holds an address, or null; lock-free} */
  @Nullable Slab find(long address) {
    return table.get(address);
  }

  /**
   * Reserves addresses and maps memory there.
   *
   * @return the first address; {@link #NOWHERE} if the range has no room
   */
  long acquire(AddressRange range, long bytes, long alignBytes, PageProtection protection) {
    OptionalLong again = kept.take(range, bytes, alignBytes, protection);
    OptionalLong start = again.isPresent() ? again : addresses.reserve(range, bytes, alignBytes);
    if (start.isEmpty()) {
      return NOWHERE;
    }
    boolean mapped = false;
    try {
      source.map(start.getAsLong(), bytes, protection);
      mapped = true;
    } finally {
      if (!mapped) {
        leave(start.getAsLong(), bytes, protection, again.isEmpty());
      }
    }
    return start.getAsLong();
  }

  private void leave(long start, long bytes, PageProtection protection, boolean forAll) {
    if (forAll) {
      addresses.release(start, bytes);
    } else {
      kept.add(start, bytes, protection);
    }
  }

  /** Enters a slab in the table. */
  void publish(Slab slab) {
    long start = slab.span().start();
    long end = AddressSpaceMap.end(start, slab.span().bytes());
    for (long granule = AddressSpaceMap.granule(start); granule < end; granule++) {
      table.put(granule, slab);
    }
  }

  /**
   * Undoes {@link #publish} and {@link #acquire}. If the source cannot take the memory back, that
   * is reported and the addresses stay unused.
   */
  void release(Slab slab) {
    long start = slab.span().start();
    long bytes = slab.span().bytes();
    long end = AddressSpaceMap.end(start, bytes);
    for (long granule = AddressSpaceMap.granule(start); granule < end; granule++) {
      table.remove(granule);
    }
    try {
      boolean gone = source.unmap(start, bytes, slab.protection());
      leave(start, bytes, slab.protection(), gone);
    } catch (Throwable failure) {
      report(new IllegalStateException("a slab was not given back: " + slab.span(), failure));
    }
  }

  /** Undoes {@link #acquire}, and {@link #publish} as far as it went, because of an error. */
  void unacquire(long start, long bytes, PageProtection protection, Throwable cause) {
    long end = AddressSpaceMap.end(start, bytes);
    for (long granule = AddressSpaceMap.granule(start); granule < end; granule++) {
      table.removeIfThere(granule);
    }
    try {
      boolean gone = source.unmap(start, bytes, protection);
      leave(start, bytes, protection, gone);
    } catch (Throwable failure) {
      cause.addSuppressed(failure);
    }
  }

  /** Keeps a failure until it can be logged: a log handler under a lock may need that lock. */
  void report(RuntimeException failure) {
    failures.add(failure);
  }

  /** {@return the failures since the last call} */
  List<RuntimeException> takeFailures() {
    if (failures.isEmpty()) {
      return List.of();
    }
    List<RuntimeException> taken = new ArrayList<>();
    for (RuntimeException next; (next = failures.poll()) != null; ) {
      taken.add(next);
    }
    return taken;
  }
}
