package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jitalloc.ModuleMemory;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.elf.Elf;
import org.jitalloc.modules.elf.ElfObject;
import org.jitalloc.modules.load.HostCode;

/**
 * Functions that choose the function that is meant (IFUNC). What is called in their place is a
 * branch; it exists before the objects are bound, and its target is known when they can run. For
 * one thread.
 */
final class Choosers implements AutoCloseable {
  private static final FunctionDescriptor CHOOSER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final long AT_HWCAP = 16;

  private final FarCode far;
  private final Function<String, OptionalLong> library;
  private final List<Long> choosers;
  private final FarCode.Branches branches;

  /**
   * Finds the choosers of objects.
   *
   * @param library finds functions of the C library
   */
  Choosers(List<Unit> units, FarCode far, Function<String, OptionalLong> library) {
    this.far = far;
    this.library = library;
    SequencedSet<Long> found = new LinkedHashSet<>();
    for (Unit unit : units) {
      ElfObject object = unit.object();
      for (int i = 1; i < object.symbolCount(); i++) {
        if (object.symbolType(i) == Elf.STT_GNU_IFUNC && unit.defines(i)) {
          found.add(unit.address(i));
        }
      }
    }
    choosers = List.copyOf(found);
    branches = far.branches(choosers.size());
  }

  /** What is called instead of a chooser. */
  OptionalLong branch(long chooser) {
    int index = choosers.indexOf(chooser);
    return index < 0 ? OptionalLong.empty() : OptionalLong.of(branches.address(index));
  }

  /** The memory of what is called. */
  ModuleMemory memory() {
    return branches.memory();
  }

  /** Runs the choosers, once their code can run. */
  void choose(HostCode code) {
    if (choosers.isEmpty()) {
      return;
    }
    long features = features();
    for (long chooser : choosers) {
      Object chosen = code.call(chooser, "a function that chooses", CHOOSER, features, 0L);
      if (!(chosen instanceof Long target) || target == 0) {
        throw new ModuleException(
            Reason.UNSUPPORTED, "the IFUNC at 0x%x chooses no function".formatted(chooser));
      }
      branches.add(target);
    }
    branches.publish();
  }

  /** {@return the features of the processor; the choosers of some architectures get them} */
  private long features() {
    OptionalLong function = library.apply("getauxval");
    if (function.isEmpty()) {
      throw new ModuleException(
          Reason.UNSUPPORTED, "an IFUNC needs getauxval, which no resolver finds");
    }
    Object features =
        far.call(
            function.getAsLong(),
            "getauxval",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG),
            AT_HWCAP);
    return (long) Objects.requireNonNull(features);
  }

  @Override
  public void close() {
    branches.close();
  }
}
