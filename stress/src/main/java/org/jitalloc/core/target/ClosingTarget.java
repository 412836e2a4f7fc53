package org.jitalloc.core.target;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.ModMemType;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.block.Block;
import org.jitalloc.core.leak.LeakPolicy;
import org.jitalloc.core.quota.Rulebook;

/** A target that one thread closes while another uses it. */
final class ClosingTarget {

  /** The outcomes of a use. */
  static final String DONE = "done";

  static final String REFUSED = "refused";

  private static final Arch ARCH = ServiceLoader.load(Arch.class).findFirst().orElseThrow();
  private static final AtomicLong NUMBER = new AtomicLong();

  private final TargetMemory target =
      TargetMemory.image(
          "closing" + NUMBER.incrementAndGet(),
          ARCH,
          false,
          0,
          new LeakPolicy(0, false),
          new Rulebook(),
          () -> null);

  private final OwnerAllocator allocator = target.allocatorFor("stress");
  private final Block block = (Block) allocator.allocate(ModMemType.DATA, 100);

  /**
   * Runs a step that throws nothing except WRONG_STATE after the target is closed. {@return the
   * outcome}
   */
  private static String use(Runnable step) {
    try {
      step.run();
      return DONE;
    } catch (JitAllocException refused) {
      return refused.reason() == JitAllocException.Reason.WRONG_STATE
          ? REFUSED
          : String.valueOf(refused.getMessage());
    } catch (RuntimeException wrong) {
      return wrong.toString();
    }
  }

  void close() {
    target.close();
  }

  String allocate() {
    return use(() -> allocator.allocate(ModMemType.DATA, 5000));
  }

  String free() {
    return use(block::close);
  }

  String stats() {
    return use(allocator::stats);
  }

  String find() {
    return use(() -> allocator.find(block.address()));
  }

  /** {@return the number of allocations that are left, which must be 0 after the close} */
  int left() {
    var left = new int[1];
    target.spans().forEachBlock(held -> left[0] += held.owner() == target.core() ? 0 : 1);
    return left[0];
  }
}
