package org.jitalloc.bpf.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.testing.Helper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HelperRegistryTest {
  private final HelperRegistry registry =
      new HelperRegistry(JitAlloc.host(), (_, _, _, _, _, _) -> 0);
  private final Helper one = new Helper(1, "one", (_, _) -> 1);
  private final Helper two = new Helper(2, "two", (_, _) -> 2);

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void lease_ofAll_takesThoseThatAreThere_andRequiresThoseCalledByNumber() {
    registry.add(one);
    registry.add(two);
    HelperLease earlier = registry.lease(Set.of(1, 2), false, true);
    registry.remove(one);
    HelperLease all = registry.lease(Set.of(2), true, true);
    assertNull(all.find(1));
    assertNotNull(all.find(2));
    assertEquals(Set.of(2), all.addresses().keySet());
    assertEquals(Set.of(1, 2), earlier.addresses().keySet());
    assertThrows(BpfLoadException.class, () -> registry.lease(Set.of(1), true, true));
    earlier.close();
    all.close();
    assertEquals(Map.of(2, "two"), registry.names());
  }

  @Test
  void lease_ofAll_withoutHelpers_isEmpty() {
    assertEquals(Map.of(), registry.lease(Set.of(), true, true).addresses());
  }
}
