package org.jitalloc.modules.objects;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
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

/** Objects that were loaded together. */
final class ObjectGroup implements LoadedObjects {
  private static final FunctionDescriptor WITH_ARGUMENT = FunctionDescriptor.ofVoid(JAVA_LONG);

  private final Definitions definitions;
  private final ModuleMemory memory;
  private final HostCode code;
  private final ExitFunctions exits;
  private final List<Long> destructors;
  private final TextRegistrations texts;
  private final AtomicBoolean closed = new AtomicBoolean();

  ObjectGroup(
      Definitions definitions,
      ModuleMemory memory,
      TextRegistrations texts,
      ExitFunctions exits,
      List<Long> destructors) {
    this.definitions = definitions;
    this.memory = memory;
    code = new HostCode(memory);
    this.texts = texts;
    this.exits = exits;
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
    return code.function(address, name, descriptor);
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
    try {
      for (var exit = exits.poll(); exit != null; exit = exits.poll()) {
        code.call(exit.address(), "an exit function", WITH_ARGUMENT, exit.argument());
      }
      code.run(destructors);
    } finally {
      texts.close();
      memory.close();
      exits.close();
    }
  }
}
