package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.ModMemType;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.host.ProcessMappings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A closed target refuses everything, and touches neither addresses nor files, which went back. */
class ClosedTargetTest {

  private static void refused(org.junit.jupiter.api.function.Executable request) {
    JitAllocException refusal = assertThrows(JitAllocException.class, request);
    assertEquals(Reason.WRONG_STATE, refusal.reason(), refusal::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hugetlb", "shmem-thp", "memfd-collapse", "anon-thp", "memfd", "mprotect"})
  void requests_areRefused_andTheMappingsOfTheProcessStay(String mode) throws IOException {
    TargetMemory target = GivenBackTest.open(mode);
    OwnerAllocator allocator = target.allocatorFor("test");
    allocator.allocate(AllocationRequest.of(ModMemType.DATA, 3 << 20)).close();
    target.close();
    List<String> before = ProcessMappings.ofJitalloc();
    for (ModMemType type : ModMemType.values()) {
      refused(() -> allocator.allocate(type, 100));
      refused(() -> allocator.allocate(AllocationRequest.of(type, 3 << 20)));
    }
    refused(allocator::stats);
    refused(allocator::slabs);
    assertEquals(before, ProcessMappings.ofJitalloc());
  }

  /** The number of the memory file may be that of a file of the application after closing. */
  @Test
  void allocate_whereTheDescriptorWasReused_leavesThatFileAlone(@TempDir Path directory)
      throws IOException {
    Path users = Files.write(directory.resolve("users.dat"), new byte[4 << 20]);
    TargetMemory target = GivenBackTest.open("memfd");
    OwnerAllocator allocator = target.allocatorFor("test");
    String descriptor = ProcessMappings.memoryFile();
    target.close();
    List<RandomAccessFile> files = new ArrayList<>();
    try {
      do {
        files.add(new RandomAccessFile(users.toFile(), "rw"));
        assertTrue(files.size() < 100, "the number is not used again");
      } while (!ProcessMappings.isOpenAs(descriptor, users));
      refused(() -> allocator.allocate(ModMemType.TEXT, 100));
      assertArrayEquals(new byte[4 << 20], Files.readAllBytes(users));
    } finally {
      for (RandomAccessFile file : files) {
        file.close();
      }
    }
  }

  /** An action after a grace period may close its target, also in the reaper's thread. */
  @Test
  void close_byAnActionOfItsOwnTarget_endsAtOnce() throws Exception {
    TargetMemory target = GivenBackTest.open("auto");
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var failure = new AtomicReference<Throwable>();
    var closed = new CountDownLatch(1);
    Thread runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  GracePeriod.Slot slot = target.grace().enter();
                  inside.countDown();
                  try {
                    leave.await();
                  } catch (InterruptedException e) {
                    failure.set(e);
                  }
                  GracePeriod.exit(slot);
                });
    inside.await();
    target
        .allocatorFor("test")
        .afterGracePeriod(
            () -> {
              target.close();
              closed.countDown();
            });
    leave.countDown();
    runner.join();
    assertTrue(closed.await(8, TimeUnit.SECONDS), "waits for itself");
    assertEquals(null, failure.get());
  }
}
