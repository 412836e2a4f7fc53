package org.jitalloc.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.core.memory.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nobody here has opened the host: what is wrong with the settings shows when somebody does. */
class ClassPathTargetsTest {

  @AfterEach
  void restore() {
    System.clearProperty(LeakPolicy.SAMPLE);
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void host_withAWrongSetting_leavesNothingOpen() throws IOException {
    System.setProperty(LeakPolicy.SAMPLE, "foo");
    ClassPathTargets targets = new ClassPathTargets();
    assertThrows(JitAllocException.class, targets::host);
    long before = openFiles();
    for (int n = 0; n < 10; n++) {
      var refusal = assertThrows(JitAllocException.class, targets::host);
      assertEquals(Reason.INVALID_REQUEST, refusal.reason());
    }
    assertEquals(before, openFiles());
  }
}
