package org.jitalloc.arch.s390;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ServiceLoader;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S390ArchTest {

  private final Arch arch = new S390Arch();

  @Test
  void service_isOnTheClassPath() {
    assertTrue(ServiceLoader.load(Arch.class).stream().anyMatch(p -> p.type() == S390Arch.class));
  }

  @Test
  void bytes_areWhatGnuAsMakes() {
    var ours = new ByteArrayOutputStream();
    ours.writeBytes(arch.returnConstant(0));
    ours.writeBytes(arch.returnConstant(255));
    assertArrayEquals(
        S390Tools.GNU.assemble("lghi %r2,0\nbr %r14\nlghi %r2,255\nbr %r14\n"), ours.toByteArray());
    assertEquals(2, arch.trapFill().length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modules_areBelowTheKernel_withinReachOfIt(boolean kaslr) {
    for (long seed = 0; seed < 500; seed++) {
      AddressSpaceLayout.Kernel kernel = arch.defaultKernel(kaslr, seed);
      for (ModMemType type : ModMemType.values()) {
        for (Purpose purpose : Purpose.values()) {
          JitAllocParams params = arch.params(kernel, type, purpose);
          AddressRange range = params.range();
          assertEquals(kernel.image().start() & -(1 << 20), range.end());
          assertEquals(0, range.start() % 4096);
          long skipped = (2L << 30) - range.bytes();
          assertTrue(kaslr ? skipped >= 4096 && skipped <= 1024 * 4096 : skipped == 0);
          assertTrue(kernel.image().end() - range.start() <= arch.directCallReachBytes());
          assertEquals(kernel.vmalloc().end(), range.end() - (2L << 30));
          assertEquals(null, params.fallback());
        }
      }
    }
  }
}
