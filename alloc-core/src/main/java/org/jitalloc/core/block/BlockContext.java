package org.jitalloc.core.block;

import org.jitalloc.JitAllocException;
import org.jitalloc.Target;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.space.AddressSpace;

/** The target of a block, as the block uses it. */
public interface BlockContext {

  /** {@return what the target is} */
  Target target();

  /** {@return the memory of the target} */
  AddressSpace space();

  /** {@return the grace period of threads that run code of the target} */
  GracePeriod grace();

  /**
   * Checks that the target allows allocations.
   *
   * @throws JitAllocException WRONG_STATE if it is closed
   */
  void requireOpen();

  /**
   * Checks that code of the target can run in this process.
   *
   * @param what what is refused if it cannot, for the message
   * @throws JitAllocException UNSUPPORTED if it cannot
   */
  void requireHost(String what);

  /**
   * Frees a block. Its place is reused after a grace period.
   *
   * @throws JitAllocException WRONG_STATE if it was freed before
   */
  void free(Block block);
}
