package org.jitalloc.arch.elf;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads the unwind tables of kernel modules. A service with the property {@code jit.arch}. Pure
 * functions, for any thread.
 */
@ConsumerType
public interface UnwindCodec {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * Sorts the tables of a module in place, as the kernel does when it loads a module.
   *
   * @param object the module
   * @param placed the module after relocation; its bytes are changed
   * @return the table, which does not depend on {@code placed} any more; empty if the module has
   *     none
   * @throws IllegalArgumentException if the tables are malformed
   */
  Optional<UnwindTable> sort(RelocatableObject object, PlacedObject placed);
}
