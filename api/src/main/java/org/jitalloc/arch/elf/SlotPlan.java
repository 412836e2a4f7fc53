package org.jitalloc.arch.elf;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** What the relocations of one object need. */
@ConsumerType
public interface SlotPlan {

  /** {@return the tables, in the order in which they are to be placed} */
  List<SlotTable> tables();

  /**
   * Starts to relocate.
   *
   * @param placed where everything is
   * @return what applies the relocations, for one thread; one for each plan
   */
  Relocator relocator(PlacedObject placed);
}
