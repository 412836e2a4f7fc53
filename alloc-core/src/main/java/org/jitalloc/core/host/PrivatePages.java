package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Private memory that is filled once, then made executable permanently. Later writes use {@code
 * /proc/self/mem} (proc_pid_mem(5)), which ignores permissions and does not split huge pages. The
 * kernel does not guarantee how it copies the bytes, so only a write of one byte is atomic.
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
      HostWindow.populateForWrite(os, address, bytes);
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
   * Writes through {@code /proc/self/mem}. Clears the native copy afterwards, because the C library
   * does not clear memory that is freed.
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
