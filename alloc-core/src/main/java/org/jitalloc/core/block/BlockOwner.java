package org.jitalloc.core.block;

import org.jitalloc.core.quota.Owner;

/** An owner of blocks of one target. */
public final class BlockOwner extends Owner {

  private final BlockContext context;

  /**
   * Makes an owner.
   *
   * @param grant its name, its policy and its counters
   * @param context its target
   */
  public BlockOwner(Grant grant, BlockContext context) {
    super(grant);
    this.context = context;
  }

  /** {@return its target} */
  public BlockContext context() {
    return context;
  }

  @Override
  protected void requireOpen() {
    context.requireOpen();
  }
}
