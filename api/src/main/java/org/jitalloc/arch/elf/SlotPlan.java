package org.jitalloc.arch.elf;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** What the relocations of one object need. */
@ConsumerType
public interface SlotPlan {

  /** {@return the tables, in the order in which they are to be placed} */
  List<SlotTable> tables();

  /**
   * Says what a section has to be aligned to, so that nothing in it comes to stand where it must
   * not.
   *
   * @param section the section's index
   * @return the alignment, a power of two; 1 if what the section wants itself will do
   */
  default int sectionAlignBytes(int section) {
    return 1;
  }

  /**
   * Starts to relocate.
   *
   * @param placed where everything is
   * @return what applies the relocations, for one thread; one for each plan
   */
  Relocator relocator(PlacedObject placed);
}
