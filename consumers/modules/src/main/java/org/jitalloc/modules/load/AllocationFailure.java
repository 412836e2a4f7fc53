package org.jitalloc.modules.load;

import org.jitalloc.JitAllocException;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;

/** Says what it means for a load that the allocator refused. */
public final class AllocationFailure {
  private AllocationFailure() {}

  /**
   * Explains.
   *
   * @param what was to be loaded
   * @param refused why not
   * @return what to throw: NO_MEMORY or DENIED; what the allocator said where that is about the
   *     target, and not the module
   */
  public static RuntimeException of(Object what, JitAllocException refused) {
    return switch (refused.reason()) {
      case EXHAUSTED, UNREACHABLE, SYSTEM -> explained(Reason.NO_MEMORY, what, refused);
      case DENIED -> explained(Reason.DENIED, what, refused);
      case INVALID_REQUEST, WRONG_STATE, UNSUPPORTED, TEXT_MISMATCH -> refused;
    };
  }

  private static ModuleException explained(Reason reason, Object what, JitAllocException refused) {
    return new ModuleException(reason, "%s: %s".formatted(what, refused.getMessage()), refused);
  }
}
