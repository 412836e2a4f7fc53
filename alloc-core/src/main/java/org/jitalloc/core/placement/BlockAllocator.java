package org.jitalloc.core.placement;

import org.jitalloc.AllocationRequest;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.block.BlockOwner;
import org.jitalloc.core.quota.Admission;
import org.jitalloc.core.quota.Refusal;
import org.jitalloc.core.quota.TypePurpose;

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

  /**
   * Allocates a block, for a caller that needs no handle of its own.
   *
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST, DENIED, EXHAUSTED or UNREACHABLE;
   *     nothing has changed
   */
  public Block allocate(BlockOwner owner, AllocationRequest request) {
    Block block = newBlock(owner, request.type(), request.purpose(), request.bytes());
    place(block, request);
    return block;
  }

  /**
   * Makes a block without a place. The caller makes all other objects before it places the block,
   * so that an OutOfMemoryError loses no place.
   */
  public Block newBlock(BlockOwner owner, ModMemType type, Purpose purpose, long bytes) {
    return new Block(owner, TypePurpose.index(type, purpose), bytes);
  }

  /** Places a block in a bin or a free list that fits. {@return false if that is not possible} */
  public boolean placeQuickly(Block block) {
    try {
      return SpanAllocator.placeQuickly(block, spans.params(block.typePurpose()));
    } catch (Refusal _) {
      return false;
    }
  }

  /**
   * Places a block.
   *
   * @param request the request that the block was made for
   * @throws org.jitalloc.JitAllocException INVALID_REQUEST, DENIED, EXHAUSTED or UNREACHABLE; the
   *     block has no place then, and nothing has changed
   */
  public void place(Block block, AllocationRequest request) {
    TypeParams params = spans.params(request);
    admission.admit(block.owner(), request, () -> spans.place(block, params, request, reclaim));
  }
}
