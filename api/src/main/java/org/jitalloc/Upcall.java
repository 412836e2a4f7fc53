package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/** A native function that calls a Java method. For any thread. */
@ProviderType
public interface Upcall extends AutoCloseable {

  /** {@return the address of the function, which has the C calling convention} */
  long address();

  /**
   * Frees the function after a grace period, when no thread executes generated code that was live
   * before this call.
   */
  @Override
  void close();
}
