package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/**
 * Private memory that was written while it was nobody's, then made executable for good. Later
 * writes go through {@code /proc/self/mem}, which reaches pages whatever they allow, and leaves
 * huge pages whole.
 */
final class PrivatePages implements WriteThrough {

  private final SystemCalls os;
  private final int memory;

  PrivatePages(SystemCalls os) {
    this.os = os;
    memory = os.open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    try {
      os.mmap(
          address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      os.madvise(address, bytes, MADV_HUGEPAGE);
      RawMemory.fill(address, bytes, pattern);
      os.mprotect(address, bytes, protection);
    } catch (RuntimeException failure) {
      Reservation.restore(os, address, bytes);
      throw failure;
    }
  }

  @Override
  public void unmap(long address, long bytes) {
    Reservation.restore(os, address, bytes);
  }

  @Override
  public void write(long address, byte[] bytes) {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      var copy = arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, bytes);
      os.pwrite(memory, copy, address);
    }
  }

  @Override
  public void close() {
    os.close(memory);
  }
}
