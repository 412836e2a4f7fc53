package org.jitalloc.arch.elf;

import java.util.List;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Plans how the code of a kernel module is adapted to a processor: alternatives and similar tables.
 * A service with the property {@code jit.arch}. Pure functions, for any thread: they do not change
 * their arguments.
 */
@ConsumerType
public interface FixupCodec {

  /** {@return the name of the architecture} */
  String arch();

  /**
   * Reads the tables of a module.
   *
   * @param object the module
   * @param placed the module after relocation
   * @return the locations, in the order of their changes
   * @throws IllegalArgumentException if a table is malformed; the message has its name
   */
  List<CodeFixup> read(RelocatableObject object, PlacedObject placed);

  /**
   * Plans the changes for a processor. They are made while the memory is forming.
   *
   * @param object the module
   * @param placed the module after relocation
   * @param features tests for features of the processor, by the numbers of the kernel of the
   *     architecture
   * @return the changes
   * @throws IllegalArgumentException if a table is malformed, or the code at a location cannot be
   *     changed; the message has the location and its bytes
   */
  CodePlan plan(RelocatableObject object, PlacedObject placed, IntPredicate features);
}
