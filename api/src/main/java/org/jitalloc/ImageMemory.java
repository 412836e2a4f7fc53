package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A modelled address space, seen as its processor would see it: each access is checked against the
 * permissions of the pages it touches.
 */
@ProviderType
public interface ImageMemory {

  /**
   * Reads as a load does.
   *
   * @param address the first address
   * @param length how many bytes
   * @return a copy
   * @throws AccessViolationException if a page is not mapped or not readable
   */
  byte[] load(long address, int length);

  /**
   * Writes as a store does. All or nothing.
   *
   * @param address the first address
   * @param bytes what to write
   * @throws AccessViolationException if a page is not mapped or not writable
   */
  void store(long address, byte[] bytes);

  /**
   * Reads as an instruction fetch does.
   *
   * @param address the first address
   * @param length how many bytes
   * @return a copy
   * @throws AccessViolationException if a page is not mapped or not executable
   */
  byte[] fetch(long address, int length);
}
