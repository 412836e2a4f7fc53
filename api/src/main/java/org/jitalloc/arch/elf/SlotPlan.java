package org.jitalloc.arch.elf;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** The slots that the relocations of one object need. */
@ConsumerType
public interface SlotPlan {

  /** {@return the tables, in the order of their placement} */
  List<SlotTable> tables();

  /**
   * Returns the alignment that a section needs besides its own, such as for the workaround of an
   * erratum that depends on addresses.
   *
   * @param section the index of the section
   * @return the alignment in bytes, a power of two; 1 if the section has no further requirement
   */
  default int sectionAlignBytes(int section) {
    return 1;
  }

  /**
   * Creates the relocator. Call it once for each plan.
   *
   * @param placed the placed object
   * @return the relocator, for one thread
   */
  Relocator relocator(PlacedObject placed);
}
