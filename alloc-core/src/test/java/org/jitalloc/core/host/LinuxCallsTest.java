package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.function.Consumer;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.junit.jupiter.api.Test;

/** A failed call throws an exception that names the call, its arguments and the error. */
class LinuxCallsTest {

  private static final int ENOENT = 2;
  private static final int EBADF = 9;
  private static final long NOWHERE = 0x1000;

  private final SystemCalls os = new LinuxCalls();

  /** Calls that fail on every kernel, by the beginning of the message. */
  private static final Map<String, Consumer<SystemCalls>> REFUSED =
      Map.ofEntries(
          Map.entry(
              "mmap(address=0x1001, length=4096,", os -> os.mmap(0x1001, 4096, 1, 0x12, -1, 0)),
          Map.entry("munmap(address=0x1, length=1)", os -> os.munmap(1, 1)),
          Map.entry(
              "mprotect(address=0x1000, length=4096, prot=1)", os -> os.mprotect(NOWHERE, 4096, 1)),
          Map.entry(
              "madvise(address=0x1001, length=4096, advice=14)",
              os -> os.madvise(NOWHERE + 1, 4096, 14)),
          Map.entry(
              "mremap(address=0x1000, length=4096,", os -> os.mremap(NOWHERE, 4096, 3, 0x9000)),
          Map.entry("memfd_create(name=x, flags=0x4000000)", os -> os.memfdCreate("x", 0x4000000)),
          Map.entry("ftruncate(fd=-1, length=5)", os -> os.ftruncate(-1, 5)),
          Map.entry("open(path=/nowhere, flags=0x2)", os -> os.open("/nowhere", 2)),
          Map.entry(
              "pwrite(fd=-1, length=3, offset=0x7)",
              os -> os.pwrite(-1, MemorySegment.ofAddress(NOWHERE).reinterpret(3), 7)),
          Map.entry("ioctl(fd=-1, request=0x7)", os -> os.ioctl(-1, 7, MemorySegment.NULL)),
          Map.entry("mseal(address=0x1, length=4096)", os -> os.mseal(1, 4096)),
          Map.entry("pkey_alloc(flags=0, rights=-1)", os -> os.pkeyAlloc(-1)),
          Map.entry("pkey_free(key=77)", os -> os.pkeyFree(77)),
          Map.entry(
              "pkey_mprotect(address=0x1, length=1, prot=1, key=77)",
              os -> os.pkeyMprotect(1, 1, 1, 77)),
          Map.entry("pkey_set(key=77, rights=1)", os -> os.pkeySet(77, 1)),
          Map.entry("close(fd=-1)", os -> os.close(-1)),
          Map.entry("membarrier(command=0x40000000)", os -> os.membarrier(0x40000000)),
          Map.entry(
              "sigaction(signal=1000)",
              os -> os.sigaction(1000, MemorySegment.NULL, MemorySegment.NULL)));

  @Test
  void failedCall_namesTheCallItsArgumentsAndTheError() {
    REFUSED.forEach(
        (text, call) -> {
          JitAllocException refused =
              assertThrows(JitAllocException.class, () -> call.accept(os), text);
          assertEquals(Reason.SYSTEM, refused.reason());
          String message = refused.getMessage();
          assertTrue(message.contains(text), message);
          assertTrue(message.endsWith("(errno %d)".formatted(Errno.of(refused))), message);
          assertTrue(Errno.of(refused) > 0, message);
        });
  }

  @Test
  void failedCall_hasTheErrorNumberOfTheKernel() {
    assertEquals(EBADF, errno(() -> os.close(-1)));
    assertEquals(ENOENT, errno(() -> os.open("/nowhere", 2)));
    assertEquals(Errno.ENOMEM, errno(() -> os.mprotect(NOWHERE, 4096, 1)));
    assertEquals(Errno.EINVAL, errno(() -> os.munmap(1, 1)));
  }

  private static int errno(org.junit.jupiter.api.function.Executable call) {
    return Errno.of(assertThrows(JitAllocException.class, call));
  }
}
