package org.jitalloc.arch.elf;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Knows the tables by which a kernel module's stack is unwound. A service with the property {@code
 * jit.arch}. Pure functions, for any thread.
 */
@ConsumerType
public interface UnwindCodec {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * Sorts the tables of a module in place, as the kernel does when it loads it.
   *
   * @param object the module
   * @param placed the module after relocation, to be changed
   * @return the table, which does not depend on {@code placed} any more; empty if there is none
   * @throws IllegalArgumentException if the tables make no sense
   */
  Optional<UnwindTable> sort(RelocatableObject object, PlacedObject placed);
}
