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
 * An architecture that says how caches are maintained is believed to need it: without, code that is
 * written over code stays the old one, the probe sees that and takes no such memory.
 *
 * <p>An arm64 processor that says in CTR_EL0 that it needs nothing of the kind would fail this;
 * QEMU's does not say so.
 */
class CacheFlushTest {

  private static final String MODE = HostMode.MEMFD.label();

  private final Arch arch = MachineArch.get();

  @Test
  void archWithoutItsCacheFlush_givesStaleCode_whereItHasOne() {
    String refused = refusal(withoutCacheFlush(arch));
    if (arch.cacheFlush().isPresent()) {
      assertEquals("", refusal(arch));
      assertTrue(refused.contains("written to return 42 returned 41"), () -> "was: " + refused);
    } else {
      assertEquals(refusal(arch), refused);
    }
  }

  /** Why memory with a second, writable mapping is not taken; empty if it is. */
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
