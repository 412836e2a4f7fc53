package org.jitalloc;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The modelled address space of an image, as a processor accesses it: each access is checked
 * against the protection of the pages that it touches. For any thread.
 */
@ProviderType
public interface ImageMemory {

  /**
   * Reads data, as a load instruction.
   *
   * @param address the first address
   * @param length the number of bytes
   * @return a copy of the bytes
   * @throws AccessViolationException if a page is not mapped or not readable
   */
  byte[] load(long address, int length);

  /**
   * Writes data, as a store instruction. If it throws, no byte has changed.
   *
   * @param address the first address
   * @param bytes the new bytes
   * @throws AccessViolationException if a page is not mapped or not writable
   */
  void store(long address, byte[] bytes);

  /**
   * Reads instructions, as an instruction fetch.
   *
   * @param address the first address
   * @param length the number of bytes
   * @return a copy of the bytes
   * @throws AccessViolationException if a page is not mapped or not executable
   */
  byte[] fetch(long address, int length);
}
