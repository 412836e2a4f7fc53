package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.itests.harness.InContainer;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Bundles start, stop and start again in any order; services that depend on them stop with them.
 */
@InContainer
final class LifecycleTest {

  /** {@code r0 = 9; exit}. */
  private static final byte[] NINE = HexFormat.of().parseHex("b7000000090000009500000000000000");

  @Test
  void allBundles_started_areActiveAndWork() {
    for (Bundle bundle : Inside.context().getBundles()) {
      assertEquals(Bundle.ACTIVE, bundle.getState(), bundle.getSymbolicName());
    }
    Inside.assertProgramsRun();
  }

  @Test
  void api_isSeenThroughItsBundle() {
    var exporter =
        Inside.context().getBundle().adapt(BundleWiring.class).getRequiredWires(null).stream()
            .filter(
                w ->
                    "org.jitalloc"
                        .equals(w.getCapability().getAttributes().get("osgi.wiring.package")))
            .map(w -> w.getProvider().getBundle().getSymbolicName())
            .toList();
    assertEquals(List.of("org.jitalloc.api"), exporter);
  }

  @Test
  void eachBundle_stoppedAndStarted_worksAgain() throws Exception {
    for (Bundle bundle : Inside.ourBundles()) {
      bundle.stop();
      assertEquals(Bundle.RESOLVED, bundle.getState(), bundle.getSymbolicName());
      bundle.start();
      assertEquals(Bundle.ACTIVE, bundle.getState(), bundle.getSymbolicName());
      Inside.assertProgramsRun();
    }
  }

  @Test
  void allBundles_stoppedAndStartedInAnyOrder_workAgain() throws Exception {
    for (long seed = 1; seed <= 10; seed++) {
      var random = new Random(seed);
      var bundles = new ArrayList<>(Inside.ourBundles());
      Collections.shuffle(bundles, random);
      for (Bundle bundle : bundles) {
        bundle.stop();
      }
      assertFalse(Inside.isThere(JitAllocator.class, null), "seed " + seed);
      assertFalse(Inside.isThere(BpfRuntime.class, null), "seed " + seed);
      Collections.shuffle(bundles, random);
      for (Bundle bundle : bundles) {
        bundle.start();
      }
      Inside.assertProgramsRun();
    }
  }

  @Test
  void archBundle_stopped_takesTargetAndRuntimeAlong() throws Exception {
    Bundle arch = Inside.archBundle();
    arch.stop();
    assertFalse(Inside.isThere(JitAllocator.class, Inside.HOST));
    assertFalse(Inside.isThere(BpfRuntime.class, Inside.HOST));
    arch.start();
    Inside.assertProgramsRun();
  }

  @Test
  void archBundle_stoppedUnderRunningProgram_endsItCleanly() throws Exception {
    Bundle arch = Inside.archBundle();
    try (var threads = Executors.newSingleThreadExecutor()) {
      for (int round = 0; round < 5; round++) {
        BpfProgram program = Inside.load(Inside.SEVEN);
        var running = new CountDownLatch(1000);
        var ended =
            threads.submit(
                () -> {
                  while (true) {
                    assertEquals(7, program.run());
                    running.countDown();
                  }
                });
        assertTrue(running.await(30, TimeUnit.SECONDS));
        arch.stop();
        var thrown =
            assertThrows(
                java.util.concurrent.ExecutionException.class,
                () -> ended.get(30, TimeUnit.SECONDS));
        assertEquals(IllegalStateException.class, thrown.getCause().getClass());
        arch.start();
        Inside.assertProgramsRun();
      }
    }
  }

  private static <T> T serviceOf(Bundle bundle, Class<T> type) throws Exception {
    var context = bundle.getBundleContext();
    return context.getService(context.getServiceReferences(type, Inside.HOST).iterator().next());
  }

  /** A framework releases services in the order in which a bundle got them first. */
  @Test
  void bundleThatStops_withItsOwnAllocatorFirst_closesItsProgramsBeforeTheirMemoryGoes()
      throws Exception {
    assertStopIsClean(List.of(JitAllocator.class, BpfRuntime.class));
  }

  @Test
  void bundleThatStops_withItsRuntimeFirst_closesItsProgramsBeforeTheirMemoryGoes()
      throws Exception {
    assertStopIsClean(List.of(BpfRuntime.class, JitAllocator.class));
  }

  private static void assertStopIsClean(List<Class<?>> inThisOrder) throws Exception {
    Bundle bundle = Inside.newBundle("com.acme");
    for (Class<?> type : inThisOrder) {
      serviceOf(bundle, type);
    }
    JitAllocator own = serviceOf(bundle, JitAllocator.class);
    own.allocate(ModMemType.TEXT, 100);
    List<BpfProgram> loaded = new ArrayList<>();
    try (BpfProgram other = Inside.load(Inside.SEVEN)) {
      for (int n = 0; n < 3; n++) {
        loaded.add(serviceOf(bundle, BpfRuntime.class).load(NINE, Inside.options()));
      }
      other.redirectTo(loaded.getLast());
      assertEquals(9, other.run());
      bundle.stop();
      assertEquals(7, other.run(), "it redirects to a freed program");
      for (BpfProgram program : loaded) {
        assertThrows(IllegalStateException.class, program::run);
      }
      JitAllocator watching = Inside.service(JitAllocator.class, Inside.HOST);
      assertTrue(watching.owners().stream().noneMatch(use -> use.owner().equals("com.acme")));
      assertTrue(watching.allocations().stream().noneMatch(a -> a.owner().equals("com.acme")));
      assertEquals(List.of(other), Inside.service(BpfRuntime.class, Inside.HOST).programs());
    }
  }
}
