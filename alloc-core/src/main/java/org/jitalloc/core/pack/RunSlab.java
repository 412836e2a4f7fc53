package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/** A slab for one span, a whole number of pages long. It is given back with the span. */
final class RunSlab extends Slab {

  /** Null before it is set. */
  private volatile @Nullable SpanOwner owner;

  RunSlab(SlabKeeper keeper, Span span) {
    super(keeper, span);
  }

  void setOwner(SpanOwner newOwner) {
    newOwner.setPlace(this, span().start(), Math.toIntExact(span().bytes() / Pools.CHUNK_BYTES));
    owner = newOwner;
  }

  @Override
  @Nullable SpanOwner find(long address) {
    SpanOwner found = owner;
    return found != null && found.isFoundAt(address) ? found : null;
  }

  private @Nullable SpanOwner present() {
    SpanOwner found = owner;
    return found != null && found.isPresent() ? found : null;
  }

  @Override
  void addOwners(List<SpanOwner> all) {
    SpanOwner present = present();
    if (present != null) {
      all.add(present);
    }
  }

  @Override
  SlabUse use() {
    long bytes = span().bytes();
    SpanOwner present = present();
    return present == null
        ? new SlabUse(span(), bytes, protection(), 0, 0, 0, bytes, 0, 0)
        : new SlabUse(
            span(), bytes, protection(), 1, present.bytes(), bytes - present.bytes(), 0, 0, 0);
  }
}
