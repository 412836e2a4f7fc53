package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/** A Java method that generated code can call. */
@ProviderType
public interface Upcall extends AutoCloseable {

  /** {@return the address to call, in the C calling convention} */
  long address();

  /**
   * Takes the function away, once no thread can be inside generated code that was live until now.
   */
  @Override
  void close();
}
