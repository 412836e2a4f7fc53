package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageSizesTest {

  private static final long MIB = 1 << 20;

  @TempDir Path system;

  private PageSizes sizes(long small, String transparent, String... pools) throws IOException {
    Path huge = Files.createDirectories(system.resolve("transparent_hugepage"));
    Files.writeString(huge.resolve("hpage_pmd_size"), transparent);
    for (String pool : pools) {
      Files.createDirectories(system.resolve("hugepages/hugepages-" + pool));
    }
    return PageSizes.of(small, system);
  }

  @Test
  void amd64_hasHugePagesOf2MiB() throws IOException {
    assertEquals(
        new PageSizes(4096, 2 * MIB, 2 * MIB),
        sizes(4096, "2097152\n", "2048kB", "1048576kB"),
        "1 GiB does not fit into a slab");
  }

  @Test
  void s390x_hasHugePagesOf1MiB() throws IOException {
    assertEquals(new PageSizes(4096, MIB, MIB), sizes(4096, "1048576\n", "1024kB", "2097152kB"));
  }

  @Test
  void arm64WithPagesOf64KiB_hasHugePagesOnlyInThePool() throws IOException {
    PageSizes sizes = sizes(65536, "536870912\n", "2048kB", "524288kB", "16777216kB");
    assertEquals(new PageSizes(65536, 0, 2 * MIB), sizes);
    assertNull(HostMode.HUGETLB.missing(sizes, false, 1));
    assertNotNull(HostMode.SHMEM_THP.missing(sizes, false, 1));
    assertNotNull(HostMode.ANON_THP.missing(sizes, false, 1));
  }

  @Test
  void arm64WithPagesOf16KiB_hasNoHugePages() throws IOException {
    PageSizes sizes = sizes(16384, "33554432\n", "32768kB");
    assertEquals(new PageSizes(16384, 0, 0), sizes);
    assertTrue(HostMode.HUGETLB.missing(sizes, false, 1).contains("fit into a slab"));
    assertNull(HostMode.MEMFD.missing(sizes, false, 1));
    assertNull(HostMode.MPROTECT.missing(sizes, false, 1));
  }

  @Test
  void kernelWithoutHugePages_hasNone() {
    assertEquals(new PageSizes(4096, 0, 0), PageSizes.of(4096, system.resolve("nothing")));
  }

  @Test
  void mprotectMode_withSeals_isRefused() {
    var sizes = new PageSizes(4096, 0, 0);
    assertNotNull(HostMode.MPROTECT.missing(sizes, true, 1));
    assertNull(HostMode.MEMFD.missing(sizes, true, 1));
  }
}
