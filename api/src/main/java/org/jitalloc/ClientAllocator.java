package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/**
 * An allocator that accounts its allocations to a client, see {@link JitAllocator#forClient}. For
 * any thread.
 */
@ProviderType
public interface ClientAllocator extends JitAllocator, AutoCloseable {

  /**
   * Frees the allocations of this allocator that are not freed, and refuses new ones. Closing again
   * does nothing.
   */
  @Override
  void close();
}
