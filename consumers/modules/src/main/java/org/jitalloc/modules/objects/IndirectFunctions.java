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
 * GNU indirect functions (IFUNC). A call of one goes to a branch. The branch has its address before
 * the objects are bound, and its target once the resolver of the function has run. For one thread.
 */
final class IndirectFunctions implements AutoCloseable {
  private static final FunctionDescriptor RESOLVER =
      FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final long AT_HWCAP = 16;

  private final FarCode far;
  private final Function<String, OptionalLong> library;
  private final List<Long> resolvers;
  private final FarCode.Branches branches;

  /**
   * Finds the indirect functions of objects.
   *
   * @param library finds functions of the C library
   */
  IndirectFunctions(List<Unit> units, FarCode far, Function<String, OptionalLong> library) {
    this.far = far;
    this.library = library;
    SequencedSet<Long> addresses = new LinkedHashSet<>();
    for (Unit unit : units) {
      ElfObject object = unit.object();
      for (int i = 1; i < object.symbolCount(); i++) {
        if (object.symbolType(i) == Elf.STT_GNU_IFUNC && unit.defines(i)) {
          addresses.add(unit.address(i));
        }
      }
    }
    resolvers = List.copyOf(addresses);
    branches = far.branches(resolvers.size());
  }

  /** {@return the address that calls of a resolver's function go to; empty if it is no resolver} */
  OptionalLong branch(long resolver) {
    int index = resolvers.indexOf(resolver);
    return index < 0 ? OptionalLong.empty() : OptionalLong.of(branches.address(index));
  }

  /** {@return the memory of the branches} */
  ModuleMemory memory() {
    return branches.memory();
  }

  /** Runs the resolvers, once their code can run, and binds the branches. */
  void bind(HostCode code) {
    if (resolvers.isEmpty()) {
      return;
    }
    long features = features();
    for (long resolver : resolvers) {
      Object found = code.call(resolver, "the resolver of an IFUNC", RESOLVER, features, 0L);
      if (!(found instanceof Long target) || target == 0) {
        throw new ModuleException(
            Reason.UNSUPPORTED,
            "the resolver at 0x%x of an IFUNC returned no function".formatted(resolver));
      }
      branches.add(target);
    }
    branches.publish();
  }

  /** {@return the features of the processor; the resolvers of some architectures get them} */
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
