package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.JitMemory;
import org.jitalloc.ModuleMemory;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleException.Reason;
import org.jitalloc.modules.load.HostCode;
import org.jitalloc.modules.load.TextRegistrations;
import org.jitalloc.modules.objects.ExitFunctions.ExitFunction;

/** Objects that were loaded together. */
final class ObjectGroup implements LoadedObjects {
  private static final FunctionDescriptor WITH_ARGUMENT = FunctionDescriptor.ofVoid(JAVA_LONG);

  private final Definitions definitions;
  private final ModuleMemory memory;
  private final IndirectFunctions indirect;
  private final FarCode far;
  private final HostCode code;
  private final ExitFunctions exits;
  private final ForkFunctions forks;
  private final List<Long> destructors;
  private final TextRegistrations texts;
  private final AtomicBoolean closed = new AtomicBoolean();

  ObjectGroup(
      Definitions definitions,
      ModuleMemory memory,
      IndirectFunctions indirect,
      FarCode far,
      TextRegistrations texts,
      ExitFunctions exits,
      ForkFunctions forks,
      List<Long> destructors) {
    this.definitions = definitions;
    this.memory = memory;
    this.indirect = indirect;
    this.far = far;
    code = new HostCode(memory);
    this.texts = texts;
    this.exits = exits;
    this.forks = forks;
    this.destructors = destructors;
  }

  @Override
  public Set<String> symbols() {
    return definitions.names();
  }

  @Override
  public OptionalLong find(String name) {
    return definitions.find(name);
  }

  @Override
  public MethodHandle function(String name, FunctionDescriptor descriptor) {
    long address =
        find(name)
            .orElseThrow(
                () ->
                    new ModuleException(
                        Reason.UNKNOWN_SYMBOL,
                        "the objects define no %s; they define %d symbols"
                            .formatted(name, definitions.names().size())));
    HostCode there = isIn(indirect.memory(), address) ? new HostCode(indirect.memory()) : code;
    return there.function(address, name, descriptor);
  }

  @Override
  public List<JitMemory> memories() {
    return memory.memories();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    var failures = new ArrayList<Throwable>();
    try {
      for (var exit = exits.poll(); exit != null; exit = exits.poll()) {
        var one = exit;
        attempt(failures, () -> exit(one));
      }
      destructors.forEach(one -> attempt(failures, () -> code.run(List.of(one))));
      attempt(failures, forks::takeBack);
    } finally {
      texts.close();
      indirect.close();
      memory.close();
      exits.close();
      forks.close();
    }
    rethrow(failures);
  }

  /** Runs a function, wherever it is: a library that C++ uses may have registered its own. */
  private void exit(ExitFunction exit) {
    if (isIn(memory, exit.address())) {
      code.call(exit.address(), "an exit function", WITH_ARGUMENT, exit.argument());
    } else {
      far.call(exit.address(), "an exit function", WITH_ARGUMENT, exit.argument());
    }
  }

  private static boolean isIn(ModuleMemory memory, long address) {
    return memory.memories().stream().anyMatch(part -> part.span().contains(address));
  }

  /** What fails does not keep the others from running. */
  private static void attempt(List<Throwable> failures, Runnable function) {
    try {
      function.run();
    } catch (RuntimeException | Error failure) {
      failures.add(failure);
    }
  }

  private static void rethrow(List<Throwable> failures) {
    if (failures.isEmpty()) {
      return;
    }
    Throwable first = failures.getFirst();
    failures.stream().skip(1).forEach(first::addSuppressed);
    if (first instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) first;
  }
}
