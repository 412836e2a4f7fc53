package org.jitalloc.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.Purpose;
import org.junit.jupiter.api.Test;

final class OwnersTest {

  @Test
  void byOwner_aTableForEach() {
    var uses =
        List.of(
            new OwnerUse("com.acme", Purpose.MODULES, ModMemType.TEXT, 2, 1_500, 12, 9_000, 3),
            new OwnerUse("com.acme", Purpose.MODULES, ModMemType.RO_AFTER_INIT, 0, 0, 1, 64, 0),
            new OwnerUse("org.jitalloc.bpf", Purpose.BPF, ModMemType.TEXT, 1, 23, 1, 23, 0));
    assertEquals(
        """
        com.acme
          PURPOSE  TYPE           LIVE  BYTES  MOST LIVE  MOST BYTES  DENIED
          MODULES  TEXT              2  1,500         12       9,000       3
          MODULES  RO_AFTER_INIT     0      0          1          64       0
        org.jitalloc.bpf
          PURPOSE  TYPE  LIVE  BYTES  MOST LIVE  MOST BYTES  DENIED
          BPF      TEXT     1     23          1          23       0\
        """,
        MemCommands.byOwner(uses));
  }
}
