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

/** Objects that were loaded together. */
final class ObjectGroup implements LoadedObjects {
  private static final FunctionDescriptor PROCEDURE = FunctionDescriptor.ofVoid();
  private static final FunctionDescriptor WITH_ARGUMENT = FunctionDescriptor.ofVoid(JAVA_LONG);

  private final Definitions definitions;
  private final ModuleMemory memory;
  private final ExitFunctions exits;
  private final List<Long> destructors;
  private final AtomicBoolean closed = new AtomicBoolean();

  ObjectGroup(
      Definitions definitions, ModuleMemory memory, ExitFunctions exits, List<Long> destructors) {
    this.definitions = definitions;
    this.memory = memory;
    this.exits = exits;
    this.destructors = destructors;
  }

  /** Runs functions without arguments. */
  void run(List<Long> functions) {
    for (long address : functions) {
      // 0 and -1 mark the ends of tables of old.
      if (address != 0 && address != -1) {
        call(address, PROCEDURE);
      }
    }
  }

  private void call(long address, FunctionDescriptor descriptor, Object... arguments) {
    try {
      at(address, "function", descriptor).invokeWithArguments(arguments);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private MethodHandle at(long address, String what, FunctionDescriptor descriptor) {
    for (JitMemory part : memory.memories()) {
      if (part.type().isText() && part.span().contains(address)) {
        return part.function(address - part.address(), descriptor);
      }
    }
    throw new ModuleException(
        Reason.UNKNOWN_SYMBOL, "%s is at 0x%x, where no code is".formatted(what, address));
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
    return at(address, name, descriptor);
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
        call(exit.address(), WITH_ARGUMENT, exit.argument());
      }
      run(destructors);
    } finally {
      memory.close();
      exits.close();
    }
  }
}
