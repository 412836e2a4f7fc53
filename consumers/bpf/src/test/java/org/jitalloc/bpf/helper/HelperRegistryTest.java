package org.jitalloc.bpf.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.bpf.BpfCall;
import org.jitalloc.bpf.BpfHelper;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.bpf.plain.BpfRuntimes;
import org.jitalloc.bpf.testing.Asm;
import org.jitalloc.bpf.testing.Helper;
import org.jspecify.annotations.Nullable;
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

  /** Counts how often it is asked; its name fails while it has none. */
  private static final class Asked implements BpfHelper {
    private int ids;
    private int names;
    private @Nullable String name;

    @Override
    public int id() {
      ids++;
      return 7;
    }

    @Override
    public String name() {
      names++;
      if (name == null) {
        throw new IllegalStateException("no name");
      }
      return name;
    }

    @Override
    public long call(BpfCall call, long r1, long r2, long r3, long r4, long r5) {
      return 0;
    }
  }

  @Test
  void add_nameThatThrows_leavesNothing() {
    var asked = new Asked();
    assertThrows(IllegalStateException.class, () -> registry.add(asked));
    assertEquals(Map.of(), registry.names());
    asked.name = "seven";
    registry.addOnly(asked);
    assertEquals(Map.of(7, "seven"), registry.names());
    registry.remove(asked);
    assertEquals(Map.of(), registry.names());
  }

  @Test
  void helper_isAskedOnceForItsNumberAndName() {
    var asked = new Asked();
    asked.name = "seven";
    BpfRuntime runtime = BpfRuntimes.of(JitAlloc.host(), List.of(asked), false);
    runtime.load(Asm.program().call(7).exit().bytes()).close();
    assertEquals(Map.of(7, "seven"), runtime.helpers());
    assertEquals(1, asked.ids);
    assertEquals(1, asked.names);
  }
}
