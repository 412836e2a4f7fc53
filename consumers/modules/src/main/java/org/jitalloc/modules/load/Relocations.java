package org.jitalloc.modules.load;

import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.Relocator;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.elf.RelocationEntries;

/** The relocations of one object: planned before there is memory, applied once. For one thread. */
public final class Relocations {
  private final ElfObject object;
  private final Staging staging;
  private final Relocator relocator;

  /**
   * Prepares.
   *
   * @param object the object of the relocations
   * @param plan what {@link #plan} said
   * @param staging where its sections are; symbols are found
   */
  public Relocations(ElfObject object, SlotPlan plan, Staging staging) {
    this.object = object;
    this.staging = staging;
    relocator = plan.relocator(staging);
  }

  /**
   * Looks which slots an object needs.
   *
   * @param object whose relocations are going to be applied
   * @param codec of its architecture
   * @param use what is going to be done with it
   * @param features which numbers are of features that the processor has
   * @return the slots
   * @throws org.jitalloc.modules.ModuleException RELOCATION with names, if one cannot be
   */
  public static SlotPlan plan(
      ElfObject object, ElfCodec codec, ObjectUse use, IntPredicate features) {
    try {
      return codec.plan(object, use, features);
    } catch (RelocationException failure) {
      throw new RelocationMessage(object).explain(failure);
    }
  }

  /**
   * Applies those of sections that are in memory. Code that stays comes first: init code may use
   * its slots, but not the other way round.
   *
   * @return how many there were
   * @throws org.jitalloc.modules.ModuleException RELOCATION with names, if one does not fit
   */
  public long apply() {
    try {
      long count = apply(false) + apply(true);
      relocator.finish();
      return count;
    } catch (RelocationException failure) {
      throw new RelocationMessage(object).explain(failure);
    }
  }

  private long apply(boolean init) throws RelocationException {
    long count = 0;
    for (int i = 0; i < object.relocationTableCount(); i++) {
      int section = object.relocatedSection(i);
      if (staging.isLoaded(section) && object.isInit(section) == init) {
        relocator.relocate(i);
        count += new RelocationEntries(object.relocations(i)).count();
      }
    }
    return count;
  }

  Relocator relocator() {
    return relocator;
  }
}
