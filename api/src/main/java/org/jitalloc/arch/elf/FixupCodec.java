package org.jitalloc.arch.elf;

import java.util.List;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes a kernel module's code fit a processor: alternatives and what is like them. A service with
 * the property {@code jit.arch}. Pure functions, for any thread: nothing they are given is changed.
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
   * @return the places, in the order in which they are to be changed
   * @throws IllegalArgumentException if a table makes no sense; the message names it
   */
  List<CodeFixup> read(RelocatableObject object, PlacedObject placed);

  /**
   * Says what is to be changed for a processor, while the code is still being formed.
   *
   * @param object the module
   * @param placed the module after relocation
   * @param features tells which features the processor has, by the numbers that the kernel of the
   *     architecture gives them
   * @return the changes, as bytes
   * @throws IllegalArgumentException if a table makes no sense, or leads to what cannot be changed
   *     so; the message has the place and what is there
   */
  CodePlan plan(RelocatableObject object, PlacedObject placed, IntPredicate features);
}
