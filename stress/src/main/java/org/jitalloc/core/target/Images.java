package org.jitalloc.core.target;

import java.util.ServiceLoader;
import org.jitalloc.JitAllocException;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;

/** Memory of an image, for races that need no processor to run it. */
final class Images {

  private static final OwnerAllocator ALLOCATOR = open();

  private Images() {}

  private static OwnerAllocator open() {
    Arch arch = ServiceLoader.load(Arch.class).findFirst().orElseThrow();
    return TargetMemory.image(
            "stress", arch, false, 0, new LeakPolicy(0, false), new Rulebook(), () -> null)
        .allocatorFor("stress");
  }

  /** {@return forming text that was written, so that its publication has an effect} */
  static Block forming() {
    Block block = untouched(ModMemType.TEXT);
    block.write(0, new byte[1]);
    return block;
  }

  /** {@return memory that was not written} */
  static Block untouched(ModMemType type) {
    return (Block) ALLOCATOR.allocate(type, 1);
  }

  static boolean isFound(Block block) {
    return ALLOCATOR.find(block.address()) != null;
  }

  /** Runs a step. {@return whether it was not refused} */
  static boolean done(Runnable step) {
    try {
      step.run();
      return true;
    } catch (JitAllocException refused) {
      if (refused.reason() != JitAllocException.Reason.WRONG_STATE) {
        throw refused;
      }
      return false;
    }
  }
}
