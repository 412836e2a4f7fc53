package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/** An allocator for a client of who asked for it; it ends when that one has done its work. */
@ProviderType
public interface ClientAllocator extends JitAllocator, AutoCloseable {

  /** Frees what it gave and nobody freed, and gives nothing more. Closing again does nothing. */
  @Override
  void close();
}
