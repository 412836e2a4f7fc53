package org.jitalloc.core.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostModeTest {

  private static final PageSizes PAGES = new PageSizes(4096, 2 << 20, 2 << 20);

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void anonThp_withAlignedInstructions_isRefused(int align) {
    String missing = HostMode.ANON_THP.missing(PAGES, false, align);
    assertTrue(missing != null && missing.contains("several stores"), missing);
    for (HostMode mode : HostMode.values()) {
      assertEquals(mode == HostMode.ANON_THP, mode.missing(PAGES, false, align) != null);
    }
  }

  @Test
  void anonThp_withPlansOfSingleBytes_isAllowed() {
    assertNull(HostMode.ANON_THP.missing(PAGES, false, 1));
  }
}
