package org.jitalloc.core.memory;

import java.util.ServiceLoader;
import org.jitalloc.JitAllocException;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;

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

  /** Text that was written, so that publishing it has something to do. */
  static Block forming() {
    Block block = untouched(ModMemType.TEXT);
    block.write(0, new byte[1]);
    return block;
  }

  /** Memory that nobody wrote yet. */
  static Block untouched(ModMemType type) {
    return (Block) ALLOCATOR.allocate(type, 1);
  }

  static boolean isFound(Block block) {
    return ALLOCATOR.find(block.address()) != null;
  }

  /** Does it. {@return whether it was not refused} */
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
