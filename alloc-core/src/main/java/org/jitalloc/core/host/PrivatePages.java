package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Private memory that was written before anyone used it, then made executable for good. Later
 * writes go through {@code /proc/self/mem}, which reaches pages whatever they allow, and leaves
 * huge pages whole. The kernel copies the bytes by a routine of its own, so only a write of one
 * byte is certain to be one store.
 */
final class PrivatePages implements CodeMapping {

  private final SystemCalls os;
  private final long unitBytes;
  private final OpenFile memory;

  PrivatePages(HostWindow window) {
    os = window.os();
    unitBytes = window.pages().transparent();
    memory = new OpenFile(os, os.open("/proc/self/mem", O_RDWR | O_CLOEXEC));
    window.resources().addFile(memory::close);
  }

  @Override
  public long unitBytes() {
    return unitBytes;
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    try {
      os.mmap(
          address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      os.madvise(address, bytes, MADV_HUGEPAGE);
      HostWindow.provide(os, address, bytes);
      RawMemory.fill(address, bytes, pattern);
      os.mprotect(address, bytes, protection);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, address, bytes);
      throw failure;
    }
  }

  @Override
  public void unmap(long address, long bytes) {
    Reservation.restore(os, address, bytes);
  }

  @Override
  public boolean decommit(long address, long bytes) {
    unmap(address, bytes);
    return true;
  }

  @Override
  public void recommit(long address, long bytes, int protection, byte[] pattern) {
    map(address, bytes, protection, pattern);
  }

  /**
   * The copy that the system is given is cleared: freed memory of the C library keeps its bytes.
   */
  @Override
  public void write(long address, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      try {
        os.pwrite(memory.number(), copy, address);
      } finally {
        copy.fill((byte) 0);
      }
    }
  }

  @Override
  public void collapse(long address, long bytes) {
    HostWindow.collapse(os, address, bytes);
  }
}
