package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.Optional;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.Arch;
import org.junit.jupiter.api.Test;

/**
 * Tests that an architecture with a cache maintenance function needs it: without the function a
 * processor executes stale code, and the mode probe refuses the mode.
 *
 * <p>The test fails on an arm64 processor whose CTR_EL0 declares that no cache maintenance is
 * needed (bits IDC and DIC). The processor of QEMU does not declare this.
 */
class CacheFlushTest {

  private static final String MODE = HostMode.MEMFD.label();

  private final Arch arch = MachineArch.get();

  @Test
  void open_withoutTheCacheFlushOfTheArch_isRefusedForStaleCode() {
    String refused = refusal(withoutCacheFlush(arch));
    if (arch.cacheFlush().isPresent()) {
      assertEquals("", refusal(arch));
      assertTrue(refused.contains("written to return 42 returned 41"), () -> "was: " + refused);
    } else {
      assertEquals(refusal(arch), refused);
    }
  }

  /** Returns the reason against the mode memfd; empty if it works. */
  private static String refusal(Arch arch) {
    try (HostSpace space = HostSpace.open(new LinuxCalls(), arch, HostOptions.of(MODE))) {
      assertEquals(MODE, space.mode().name());
      return "";
    } catch (JitAllocException refused) {
      assertEquals(Reason.UNSUPPORTED, refused.reason());
      return String.valueOf(refused.getMessage());
    }
  }

  private static Arch withoutCacheFlush(Arch arch) {
    return (Arch)
        Proxy.newProxyInstance(
            Arch.class.getClassLoader(),
            new Class<?>[] {Arch.class},
            (_, method, arguments) ->
                method.getName().equals("cacheFlush")
                    ? Optional.empty()
                    : method.invoke(arch, arguments));
  }
}
