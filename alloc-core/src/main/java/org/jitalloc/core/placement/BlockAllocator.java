package org.jitalloc.core.placement;

import org.jitalloc.AllocationRequest;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockOwner;
import org.jitalloc.core.quota.Admission;
import org.jitalloc.core.quota.Refusal;
import org.jitalloc.core.quota.TypePurpose;
import org.jspecify.annotations.Nullable;

/** Allocates blocks: each is admitted by the rules, and placed. */
public final class BlockAllocator {

  private final SpanAllocator spans;
  private final Admission admission;
  private final Runnable reclaim;

  /**
   * Makes it.
   *
   * @param reclaim reclaims what it can, before a request is refused for want of space
   */
  public BlockAllocator(SpanAllocator spans, Admission admission, Runnable reclaim) {
    this.spans = spans;
    this.admission = admission;
    this.reclaim = reclaim;
  }

  /** Allocates from a bin or a free list that fits. {@return null if that is not possible} */
  public @Nullable Block allocateQuickly(BlockOwner owner, ModMemType type, long bytes) {
    TypeParams params = spans.params(type, Purpose.MODULES);
    var block = new Block(owner, TypePurpose.index(type, Purpose.MODULES), bytes);
    try {
      return SpanAllocator.placeQuickly(block, params) ? block : null;
    } catch (Refusal _) {
      return null;
    }
  }

  /**
   * Allocates.
   *
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST, DENIED, EXHAUSTED or UNREACHABLE;
   *     nothing has changed
   */
  public Block allocate(BlockOwner owner, AllocationRequest request) {
    TypeParams params = spans.params(request);
    return admission.admit(owner, request, () -> place(owner, params, request));
  }

  private Block place(BlockOwner owner, TypeParams params, AllocationRequest request) {
    int typePurpose = TypePurpose.index(request.type(), request.purpose());
    var block = new Block(owner, typePurpose, request.bytes());
    spans.place(block, params, request, reclaim);
    return block;
  }
}
