package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.Privilege;
import org.jitalloc.Purpose;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Rules follow the configuration; targets are not restarted. */
@InContainer
final class PolicyTest {
  private static final long LIMIT_NANOS = 30_000_000_000L;

  private static Configuration newRule(Map<String, Object> values) throws IOException {
    Configuration rule =
        Inside.service(ConfigurationAdmin.class, "(objectClass=*)")
            .createFactoryConfiguration("org.jitalloc.policy", "?");
    update(rule, values);
    return rule;
  }

  private static void update(Configuration rule, Map<String, Object> values) throws IOException {
    rule.update(new Hashtable<>(values));
  }

  /** Config Admin delivers configurations asynchronously. */
  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "nothing changed");
      Thread.onSpinWait();
    }
  }

  private static Optional<String> denial(JitAllocator allocator, ModMemType type, long bytes) {
    try {
      allocator.allocate(type, bytes).close();
      return Optional.empty();
    } catch (JitAllocException refusal) {
      assertEquals(Reason.DENIED, refusal.reason());
      return Optional.of(refusal.getMessage());
    }
  }

  private static boolean isDenied(JitAllocator allocator, long bytes) {
    return denial(allocator, ModMemType.TEXT, bytes).isPresent();
  }

  private static JitAllocator allocatorOf(Bundle bundle) throws Exception {
    var context = bundle.getBundleContext();
    return context.getService(
        context.getServiceReferences(JitAllocator.class, Inside.HOST).iterator().next());
  }

  @Test
  void rule_createdUpdatedAndDeleted_holdsForWhomItSelects_andStopsNothing() throws Exception {
    Bundle greedy = Inside.newBundle("com.acme.greedy");
    JitAllocator bound = allocatorOf(greedy);
    JitAllocator free = allocatorOf(Inside.newBundle("com.other"));
    List<JitMemory> held = new ArrayList<>();
    held.add(bound.allocate(ModMemType.TEXT, 600).publish());

    Configuration rule =
        newRule(
            Map.of("name", "plugins", "bundles", new String[] {"com.acme.*"}, "maxBytes", 1000L));
    await(() -> isDenied(bound, 401));
    String message = denial(bound, ModMemType.TEXT, 401).orElseThrow();
    assertTrue(message.contains("rule=plugins maxBytes=1000 heldBytes=600"), message);
    held.add(bound.allocate(ModMemType.TEXT, 400));
    assertTrue(isDenied(bound, 1));
    assertTrue(denial(free, ModMemType.TEXT, 5000).isEmpty());

    update(rule, Map.of("name", "plugins", "bundles", "com.acme.*", "maxBytes", "500"));
    await(() -> denial(bound, ModMemType.TEXT, 1).orElseThrow().contains("maxBytes=500"));
    assertEquals(JitMemory.State.LIVE, held.getFirst().state());
    held.removeLast().close();
    assertTrue(isDenied(bound, 1), "600 are held");

    update(rule, Map.of("name", "plugins", "bundles", "com.acme.*", "types", "DATA"));
    await(() -> denial(bound, ModMemType.DATA, 1).isEmpty());
    assertTrue(denial(bound, ModMemType.TEXT, 1).orElseThrow().contains("types=[DATA]"));

    rule.delete();
    await(() -> !isDenied(bound, 5000));
    assertSame(bound, allocatorOf(greedy), "the target was not restarted");
    assertEquals(JitMemory.State.LIVE, held.getFirst().state());

    List<OwnerUse> uses =
        bound.owners().stream().filter(u -> u.owner().equals("com.acme.greedy")).toList();
    assertEquals(600, uses.getFirst().usedBytes());
    assertTrue(uses.getFirst().denied() >= 5);
    greedy.stop();
    assertTrue(free.owners().stream().noneMatch(u -> u.owner().equals("com.acme.greedy")));
  }

  @Test
  void rule_thatMakesNoSense_leavesTheOldOne() throws Exception {
    JitAllocator bound = allocatorOf(Inside.newBundle("com.acme"));
    Configuration rule = newRule(Map.of("name", "one", "bundles", "com.acme", "allow", false));
    await(() -> isDenied(bound, 1));
    update(rule, Map.of("name", "one", "bundles", "com.acme", "types", "TXT"));
    // Configurations are delivered in order: the next one arrives after this one.
    newRule(Map.of("name", "two", "bundles", "com.acme", "unchecked", false));
    await(
        () -> {
          try {
            bound.require(Privilege.UNCHECKED_CODE, Purpose.MODULES);
            return false;
          } catch (JitAllocException denied) {
            return true;
          }
        });
    String message =
        assertThrows(JitAllocException.class, () -> bound.allocate(ModMemType.DATA, 1))
            .getMessage();
    assertTrue(message.contains("rule=one allow=false"), message);
  }

  @Test
  void rule_thatNeverMadeSense_deniesAllUntilItIsMended() throws Exception {
    JitAllocator anybody = allocatorOf(Inside.newBundle("com.anybody"));
    Configuration rule = newRule(Map.of("name", "typo", "types", "TXT"));
    await(() -> isDenied(anybody, 1));
    String message = denial(anybody, ModMemType.DATA, 1).orElseThrow();
    assertTrue(message.contains("cannot be read") && message.contains("types=TXT"), message);
    update(rule, Map.of("name", "typo", "types", "TEXT"));
    await(() -> !isDenied(anybody, 1));
    rule.delete();
    await(() -> denial(anybody, ModMemType.DATA, 1).isEmpty());
  }

  @Test
  void rule_forABundleThatLoadsBpf_holdsForItsPrograms() throws Exception {
    Bundle plugin = Inside.newBundle("com.acme.loader");
    BpfRuntime bound = runtimeOf(plugin);
    JitAllocator watching = Inside.service(JitAllocator.class, Inside.HOST);
    BpfProgram held = bound.load(Inside.SEVEN, Inside.options().withName("held"));
    OwnerUse use = useOf(watching, "com.acme.loader");
    assertEquals(Purpose.BPF, use.purpose());
    assertEquals(1, use.live());

    Configuration rule =
        newRule(
            Map.of(
                "name",
                "loaders",
                "bundles",
                "com.acme.loader",
                "consumers",
                "BPF",
                "maxAllocations",
                1L));
    await(() -> loadFails(bound));
    String message =
        assertThrows(
                JitAllocException.class,
                () -> bound.load(Inside.SEVEN, Inside.options().withName("more")))
            .getMessage();
    assertTrue(message.contains("rule=loaders maxAllocations=1"), message);
    assertEquals(7, held.run());
    assertFalse(loadFails(runtimeOf(Inside.newBundle("com.other.loader"))));

    plugin.stop();
    assertThrows(RuntimeException.class, () -> held.run());
    assertTrue(watching.owners().stream().noneMatch(u -> u.owner().equals("com.acme.loader")));
    rule.delete();
    BpfRuntime again = runtimeOf(Inside.newBundle("com.acme.loader"));
    await(() -> !loadFails(again));
  }

  @Test
  void rule_againstUncheckedCode_holdsForBpfThatMayOtherwise() throws Exception {
    Configuration bpf =
        Inside.service(ConfigurationAdmin.class, "(objectClass=*)")
            .getConfiguration("org.jitalloc.bpf", "?");
    update(bpf, Map.of("allowUnchecked", true));
    BpfRuntime bound = runtimeOf(Inside.newBundle("com.acme.unchecked"));
    BpfLoadOptions unchecked = Inside.options().withChecks(BpfLoadOptions.MemoryChecks.UNCHECKED);
    await(() -> denialOf(bound, unchecked).isEmpty());
    Configuration rule =
        newRule(Map.of("name", "safe", "bundles", "com.acme.*", "unchecked", false));
    await(() -> denialOf(bound, unchecked).orElse("").contains("rule=safe unchecked=false"));
    assertTrue(
        denialOf(bound, Inside.options()).isEmpty(), "the rule does not apply to checked programs");
    rule.delete();
    await(() -> denialOf(bound, unchecked).isEmpty());
    bpf.delete();
    await(() -> denialOf(bound, unchecked).orElse("").contains("allowUnchecked=false"));
  }

  private static OwnerUse useOf(JitAllocator allocator, String owner) {
    return allocator.owners().stream()
        .filter(u -> u.owner().equals(owner))
        .findFirst()
        .orElseThrow();
  }

  private static BpfRuntime runtimeOf(Bundle bundle) {
    var context = bundle.getBundleContext();
    return context.getService(context.getServiceReference(BpfRuntime.class));
  }

  private static boolean loadFails(BpfRuntime runtime) {
    return denialOf(runtime, Inside.options()).isPresent();
  }

  private static Optional<String> denialOf(BpfRuntime runtime, BpfLoadOptions options) {
    try {
      runtime.load(Inside.SEVEN, options).close();
      return Optional.empty();
    } catch (JitAllocException refusal) {
      assertEquals(Reason.DENIED, refusal.reason());
      return Optional.of(refusal.getMessage());
    }
  }
}
