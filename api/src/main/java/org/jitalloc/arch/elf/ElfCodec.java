package org.jitalloc.arch.elf;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What an architecture knows of ELF objects. A service with the property {@code jit.arch}. A pure
 * function, for any thread.
 */
@ConsumerType
public interface ElfCodec {

  /** {@return the name of the architecture} */
  String arch();

  /** {@return the number of the architecture in a file's header, {@code e_machine}} */
  int machine();

  /** {@return the order of bytes in its objects} */
  ByteOrder byteOrder();

  /**
   * Describes a type of relocation.
   *
   * @param number the type's number
   * @return the type; empty if it is none that this codec applies
   */
  Optional<RelocationType> relocationType(int number);

  /**
   * Looks through the relocations of an object for what they need besides the sections: slots that
   * hold addresses (GOT) or go on to them (PLT). Makes no judgement of the relocations.
   *
   * @param object the object, as its file has it
   * @param use where it is going to run
   * @param features tells which features, and which faults to be worked around, the processor has,
   *     by the numbers that the kernel of the architecture gives them
   * @return the tables, to be laid out with the sections
   * @throws RelocationException if an entry names a symbol that does not exist
   */
  SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException;

  /**
   * Says where a kernel of this architecture might have its per-CPU variables of modules: in the
   * space of per-CPU pointers, within reach of modules.
   *
   * @param textAddress where the code of a module is
   * @return the first address
   */
  long perCpuBase(long textAddress);
}
