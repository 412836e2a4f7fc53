package org.jitalloc;

import java.util.OptionalLong;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Finds functions and variables that loaded code may use and does not define: of libraries of this
 * process, or {@linkplain JitAllocator#upcall made of Java methods}. A service with the property
 * {@code jit.target}; the core has one for the C library. The first that knows a symbol counts. For
 * any thread.
 */
@ConsumerType
public interface SymbolResolver {

  /**
   * Finds a symbol.
   *
   * @param name its name, as the compiler has it
   * @return its address, which stays valid as long as this resolver is there; empty if it is not
   *     known here
   */
  OptionalLong find(String name);
}
