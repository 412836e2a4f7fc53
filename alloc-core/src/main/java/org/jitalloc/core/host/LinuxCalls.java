package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Map;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/** Calls the C library of Linux through the foreign function interface. Thread-safe. */
final class LinuxCalls implements SystemCalls {

  private static final Map<String, Integer> MEMBARRIER_NUMBERS =
      Map.of("amd64", 324, "aarch64", 283, "s390x", 356, "riscv64", 283);

  /** The number of mseal, which is the same on all architectures. */
  private static final long MSEAL_NUMBER = 462;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** The captured errno of each thread, allocated once so that a call allocates nothing. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private final Linker linker = Linker.nativeLinker();
  private final int membarrierNumber;

  private final MethodHandle mmap =
      function("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private final MethodHandle munmap = function("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private final MethodHandle mprotect =
      function("mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private final MethodHandle madvise =
      function("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private final MethodHandle mremap =
      function("mremap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
  private final MethodHandle memfdCreate = function("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle ftruncate = function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private final MethodHandle open = function("open", JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle pwrite =
      function("pwrite", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private final MethodHandle close = function("close", JAVA_INT, JAVA_INT);
  private final MethodHandle ioctl =
      linker.downcallHandle(
          symbol("ioctl"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));
  private final MethodHandle syscall =
      function("syscall", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private final MethodHandle sigaction =
      function("sigaction", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private final MethodHandle getpagesize =
      linker.downcallHandle(symbol("getpagesize"), FunctionDescriptor.of(JAVA_INT));
  private final MethodHandle strerror =
      linker.downcallHandle(symbol("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  /** Looked up at the first use, because not every C library has these functions. */
  private volatile @Nullable Keys keys;

  /** The functions for protection keys. */
  private record Keys(
      MethodHandle alloc, MethodHandle free, MethodHandle mprotect, MethodHandle set) {}

  LinuxCalls() {
    String arch = System.getProperty("os.arch", "");
    Integer number = MEMBARRIER_NUMBERS.get(arch);
    if (!"Linux".equals(System.getProperty("os.name")) || number == null) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "host memory needs Linux on one of %s; this is %s on %s"
              .formatted(
                  MEMBARRIER_NUMBERS.keySet().stream().sorted().toList(),
                  System.getProperty("os.name"),
                  arch));
    }
    membarrierNumber = number;
  }

  private MemorySegment symbol(String name) {
    return linker
        .defaultLookup()
        .find(name)
        .orElseThrow(
            () ->
                new JitAllocException(Reason.UNSUPPORTED, "the C library has no function " + name));
  }

  private MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbol(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private Keys keys() {
    Keys found = keys;
    if (found == null) {
      found =
          new Keys(
              function("pkey_alloc", JAVA_INT, JAVA_INT, JAVA_INT),
              function("pkey_free", JAVA_INT, JAVA_INT),
              function("pkey_mprotect", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT),
              function("pkey_set", JAVA_INT, JAVA_INT, JAVA_INT));
      keys = found;
    }
    return found;
  }

  /** {@return the exception to throw for a failure of a method handle; throws errors itself} */
  private static RuntimeException unexpected(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException(failure);
  }

  /** {@return the exception for a call that has just failed in the current thread} */
  private JitAllocException failed(String call, Object... arguments) {
    int errno = (int) ERRNO.get(CAPTURED.get(), 0L);
    String text;
    try {
      MemorySegment message = (MemorySegment) strerror.invokeExact(errno);
      text = message.reinterpret(256).getString(0);
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
    var cause = new Errno(errno, text);
    return new JitAllocException(
        Reason.SYSTEM, "%s: %s".formatted(call.formatted(arguments), cause.getMessage()), cause);
  }

  @Override
  public int pageBytes() {
    try {
      return (int) getpagesize.invokeExact();
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public long mmap(long address, long bytes, int protection, int flags, int fd, long offset) {
    try {
      long result =
          (long) mmap.invokeExact(CAPTURED.get(), address, bytes, protection, flags, fd, offset);
      if (result == -1) {
        throw failed(
            "mmap(address=0x%x, length=%d, prot=%d, flags=0x%x, fd=%d, offset=%d)",
            address, bytes, protection, flags, fd, offset);
      }
      return result;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void munmap(long address, long bytes) {
    try {
      if ((int) munmap.invokeExact(CAPTURED.get(), address, bytes) != 0) {
        throw failed("munmap(address=0x%x, length=%d)", address, bytes);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void mprotect(long address, long bytes, int protection) {
    try {
      if ((int) mprotect.invokeExact(CAPTURED.get(), address, bytes, protection) != 0) {
        throw failed("mprotect(address=0x%x, length=%d, prot=%d)", address, bytes, protection);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void mseal(long address, long bytes) {
    try {
      if ((long) syscall.invokeExact(CAPTURED.get(), MSEAL_NUMBER, address, bytes, 0L) != 0) {
        throw failed("mseal(address=0x%x, length=%d)", address, bytes);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public int pkeyAlloc(int disabledRights) {
    try {
      int key = (int) keys().alloc.invokeExact(CAPTURED.get(), 0, disabledRights);
      if (key < 0) {
        throw failed("pkey_alloc(flags=0, rights=%d)", disabledRights);
      }
      return key;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void pkeyFree(int key) {
    try {
      if ((int) keys().free.invokeExact(CAPTURED.get(), key) != 0) {
        throw failed("pkey_free(key=%d)", key);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void pkeyMprotect(long address, long bytes, int protection, int key) {
    try {
      int result =
          (int) keys().mprotect.invokeExact(CAPTURED.get(), address, bytes, protection, key);
      if (result != 0) {
        throw failed(
            "pkey_mprotect(address=0x%x, length=%d, prot=%d, key=%d)",
            address, bytes, protection, key);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void pkeySet(int key, int disabledRights) {
    try {
      if ((int) keys().set.invokeExact(CAPTURED.get(), key, disabledRights) != 0) {
        throw failed("pkey_set(key=%d, rights=%d)", key, disabledRights);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void madvise(long address, long bytes, int advice) {
    try {
      if ((int) madvise.invokeExact(CAPTURED.get(), address, bytes, advice) != 0) {
        throw failed("madvise(address=0x%x, length=%d, advice=%d)", address, bytes, advice);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void mremap(long oldAddress, long bytes, int flags, long newAddress) {
    try {
      long result =
          (long) mremap.invokeExact(CAPTURED.get(), oldAddress, bytes, bytes, flags, newAddress);
      if (result == -1) {
        throw failed(
            "mremap(address=0x%x, length=%d, flags=%d, new=0x%x)",
            oldAddress, bytes, flags, newAddress);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public int memfdCreate(String name, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) memfdCreate.invokeExact(CAPTURED.get(), arena.allocateFrom(name), flags);
      if (fd < 0) {
        throw failed("memfd_create(name=%s, flags=0x%x)", name, flags);
      }
      return fd;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void ftruncate(int fd, long bytes) {
    try {
      if ((int) ftruncate.invokeExact(CAPTURED.get(), fd, bytes) != 0) {
        throw failed("ftruncate(fd=%d, length=%d)", fd, bytes);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) open.invokeExact(CAPTURED.get(), arena.allocateFrom(path), flags);
      if (fd < 0) {
        throw failed("open(path=%s, flags=0x%x)", path, flags);
      }
      return fd;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void pwrite(int fd, MemorySegment bytes, long offset) {
    try {
      for (long done = 0; done < bytes.byteSize(); ) {
        MemorySegment rest = bytes.asSlice(done);
        long length = rest.byteSize();
        long at = offset + done;
        long written = (long) pwrite.invokeExact(CAPTURED.get(), fd, rest, length, at);
        if (written <= 0) {
          throw failed("pwrite(fd=%d, length=%d, offset=0x%x)", fd, length, at);
        }
        done += written;
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void close(int fd) {
    try {
      if ((int) close.invokeExact(CAPTURED.get(), fd) != 0) {
        throw failed("close(fd=%d)", fd);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public int ioctl(int fd, long request, MemorySegment argument) {
    try {
      int result = (int) ioctl.invokeExact(CAPTURED.get(), fd, request, argument);
      if (result < 0) {
        throw failed("ioctl(fd=%d, request=0x%x)", fd, request);
      }
      return result;
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void membarrier(int command) {
    try {
      long result =
          (long)
              syscall.invokeExact(CAPTURED.get(), (long) membarrierNumber, (long) command, 0L, 0L);
      if (result != 0) {
        throw failed("membarrier(command=0x%x)", command);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }

  @Override
  public void sigaction(int signal, MemorySegment action, MemorySegment old) {
    try {
      if ((int) sigaction.invokeExact(CAPTURED.get(), signal, action, old) != 0) {
        throw failed("sigaction(signal=%d)", signal);
      }
    } catch (Throwable failure) {
      throw unexpected(failure);
    }
  }
}
