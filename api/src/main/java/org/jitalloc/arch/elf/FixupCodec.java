package org.jitalloc.arch.elf;

import java.util.List;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes a kernel module's code fit a processor: alternatives and what is like them. A service with
 * the property {@code jit.arch}. Pure functions, for any thread.
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
   * Makes the code of a place.
   *
   * @param fixup the place
   * @param now what is there, {@link CodeFixup#bytes} bytes
   * @param other what is to replace it, as it stands in the module after relocation, {@link
   *     CodeFixup#otherBytes} bytes
   * @param features tells which features the processor has
   * @return what is to be there, as long as {@code now}; equal to it if it fits
   * @throws IllegalArgumentException if what is there is nothing that can be changed so; the
   *     message has the place and the bytes
   */
  byte[] fit(CodeFixup fixup, byte[] now, byte[] other, IntPredicate features);
}
