package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jitalloc.JitAllocException;

/**
 * Maps executable pages that stay mapped until the process ends, for code that a thread can execute
 * at any time. No mapping is writable and executable at the same time.
 */
final class PermanentCode {

  private final SystemCalls os;

  PermanentCode(SystemCalls os) {
    this.os = os;
  }

  /**
   * Maps code from a memory file or, if the system refuses that, as private memory.
   *
   * @param code the code; it must be position-independent
   * @return the pages; the code starts at their first byte
   * @throws JitAllocException SYSTEM if the system refuses both; nothing is mapped then
   */
  PageRange map(byte[] code) {
    try {
      return mapFile(code);
    } catch (JitAllocException refused) {
      try {
        return mapPrivate(code);
      } catch (JitAllocException again) {
        again.addSuppressed(refused);
        throw again;
      }
    }
  }

  private long pages(byte[] code) {
    long pageBytes = os.pageBytes();
    return (code.length + pageBytes - 1) & -pageBytes;
  }

  private PageRange mapFile(byte[] code) {
    int fd = createFile();
    PageRange mapped;
    try {
      mapped = fill(fd, code);
    } catch (RuntimeException | Error failure) {
      closeAfter(failure, fd);
      throw failure;
    }
    try {
      os.close(fd);
    } catch (RuntimeException | Error failure) {
      os.munmap(mapped.start(), mapped.bytes());
      throw failure;
    }
    return mapped;
  }

  private int createFile() {
    try {
      return os.memfdCreate("jitalloc-handler", MFD_CLOEXEC | MFD_EXEC);
    } catch (JitAllocException kernelBeforeMfdExec) {
      return os.memfdCreate("jitalloc-handler", MFD_CLOEXEC);
    }
  }

  private PageRange fill(int fd, byte[] code) {
    long bytes = pages(code);
    os.ftruncate(fd, bytes);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, code);
      os.pwrite(fd, copy, 0);
    }
    return new PageRange(os.mmap(0, bytes, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0), bytes);
  }

  private void closeAfter(Throwable failure, int fd) {
    try {
      os.close(fd);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }

  private PageRange mapPrivate(byte[] code) {
    long bytes = pages(code);
    long start = os.mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    try {
      RawMemory.write(start, code);
      os.mprotect(start, bytes, PROT_READ | PROT_EXEC);
    } catch (RuntimeException | Error failure) {
      os.munmap(start, bytes);
      throw failure;
    }
    return new PageRange(start, bytes);
  }
}
