package org.jitalloc;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds functions and variables that loaded code uses and does not define: those of libraries of
 * this process, or {@linkplain JitAllocator#upcall functions that call Java methods}. A service
 * with the property {@code jit.target}; the core registers one for the C library. A loader uses the
 * first resolver that knows a symbol. For any thread.
 */
@ConsumerType
public interface SymbolResolver {

  /**
   * Finds a symbol.
   *
   * @param name its name in the symbol table of the object file
   * @return its address, valid as long as this resolver is registered; empty if it is unknown
   */
  OptionalLong find(String name);
}
