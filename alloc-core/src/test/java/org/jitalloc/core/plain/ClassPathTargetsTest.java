package org.jitalloc.core.plain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.core.leak.LeakPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** No other test opens the host in this class loader, so wrong settings show when a test does. */
class ClassPathTargetsTest {

  @AfterEach
  void restore() {
    System.clearProperty(LeakPolicy.SAMPLE);
    System.clearProperty("jitalloc.protect.alais");
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  @Test
  void host_withAWrongSetting_leavesNothingOpen() throws IOException {
    System.setProperty(LeakPolicy.SAMPLE, "foo");
    var targets = new ClassPathTargets();
    assertThrows(JitAllocException.class, targets::host);
    long before = openFiles();
    for (int n = 0; n < 10; n++) {
      var refusal = assertThrows(JitAllocException.class, targets::host);
      assertEquals(Reason.INVALID_REQUEST, refusal.reason());
    }
    assertEquals(before, openFiles());
  }

  @Test
  void hostAndImage_withAnUnknownSetting_areRefusedWithTheNearestName() {
    System.setProperty("jitalloc.protect.alais", "pkeys");
    var targets = new ClassPathTargets();
    for (Executable open :
        List.<Executable>of(targets::host, () -> targets.newImage("i", "amd64"))) {
      var refusal = assertThrows(JitAllocException.class, open);
      assertEquals(Reason.INVALID_REQUEST, refusal.reason());
      String message = String.valueOf(refusal.getMessage());
      assertTrue(
          message.contains(
              "jitalloc.protect.alais is not known (did you mean jitalloc.protect.alias?)"),
          message);
    }
  }
}
