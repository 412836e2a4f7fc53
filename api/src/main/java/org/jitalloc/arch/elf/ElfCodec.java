package org.jitalloc.arch.elf;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The relocations of an architecture, by its psABI. A service with the property {@code jit.arch}.
 * Pure functions, for any thread.
 */
@ConsumerType
public interface ElfCodec {
  /** The greatest length of a {@link #farBranch}. */
  int FAR_BRANCH_BYTES = 24;

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the value of {@code e_machine} in the header of its files} */
  int machine();

  /** {@return the byte order of its objects} */
  ByteOrder byteOrder();

  /**
   * Describes a relocation type.
   *
   * @param number the number of the type
   * @return the type; empty if this codec does not support it
   */
  Optional<RelocationType> relocationType(int number);

  /**
   * Counts the slots that the relocations of an object need besides its sections: slots with
   * addresses (GOT) and slots with branches (PLT). Does not check the relocations.
   *
   * @param object the object
   * @param use where its code is going to run
   * @param features tests for features and errata of the processor, by the numbers of the kernel of
   *     the architecture
   * @return the tables, which are laid out with the sections
   * @throws RelocationException if an entry names a symbol that does not exist
   */
  SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException;

  /**
   * Returns code that branches to an address, however far it is, wherever the code is placed at a
   * multiple of 8.
   *
   * @param target the address
   * @return the code, {@value #FAR_BRANCH_BYTES} bytes at most
   */
  byte[] farBranch(long target);

  /**
   * Returns an address for the per-CPU variables of modules in an image: in the space of per-CPU
   * pointers of a kernel of this architecture, within reach of modules.
   *
   * @param textAddress the address of the code of a module
   * @return the first address
   */
  long perCpuBase(long textAddress);
}
