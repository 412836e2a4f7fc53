package org.jitalloc.modules;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jitalloc.JitMemory;
import org.osgi.annotation.versioning.ProviderType;

/** Object files that were loaded together. For any thread. */
@ProviderType
public interface LoadedObjects extends AutoCloseable {

  /** {@return the names of the global symbols that they define} */
  Set<String> symbols();

  /**
   * Finds a global symbol.
   *
   * @param name its name, as the compiler has it
   * @return its address; empty if they do not define it
   */
  OptionalLong find(String name);

  /**
   * Gives a function.
   *
   * @param name its name, as the compiler has it
   * @param descriptor its signature
   * @return the function; it cannot be called any more after {@link #close}
   * @throws ModuleException UNKNOWN_SYMBOL if they define no such function
   */
  MethodHandle function(String name, FunctionDescriptor descriptor);

  /** {@return their memories that are not freed} */
  List<JitMemory> memories();

  /** Runs destructors and frees all. Does nothing the second time. */
  @Override
  void close();
}
