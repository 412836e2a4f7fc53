package org.jitalloc.kmod.autoload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jitalloc.kmod.RequestOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModuleRequestsTest {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255})
  void duplicates_getTheResultOfTheFirst_alsoForAMinuteAfter(int status) {
    var lab = new Lab();
    Request first = lab.requests.submit("snd-hda", true);
    Request second = lab.requests.submit("snd-hda", true);
    lab.runs.getFirst().exit().complete(status);
    assertEquals(status, first.outcome().join().code());
    assertFalse(second.outcome().isDone(), "the first one continues first");
    lab.pass(Duration.ofSeconds(60).minusNanos(1));
    assertEquals(status, second.outcome().join().code());
    Request late = lab.requests.submit("snd-hda", true);
    assertEquals(status, late.outcome().join().code());
    assertEquals(1, lab.runs.size());
    assertEquals(
        List.of(
            "module-autoload: duplicate request for module snd-hda",
            "module-autoload: duplicate request for module snd-hda"),
        lab.warnings);
    lab.pass(SECOND);
    lab.requests.submit("snd-hda", true);
    assertEquals(2, lab.runs.size());
  }

  @Test
  void aliases_areDifferentNames() {
    var lab = new Lab();
    lab.requests.submit("net-pf-16", true);
    lab.requests.submit("net_pf_16", true);
    assertEquals(Map.of("net-pf-16", 1, "net_pf_16", 1), lab.runsByName());
    assertTrue(lab.warnings.isEmpty(), lab.warnings::toString);
  }

  @Test
  void noWait_isDoneAtOnce_andNoAnchor() {
    var lab = new Lab();
    assertEquals(0, lab.requests.submit("ext4", false).outcome().join().code());
    assertEquals(0, lab.requests.submit("ext4", false).outcome().join().code());
    assertEquals(2, lab.runs.size());
    Request first = lab.requests.submit("ext4", true);
    assertEquals(3, lab.runs.size());
    assertEquals(0, lab.requests.submit("ext4", false).outcome().join().code());
    assertEquals(3, lab.runs.size());
    assertFalse(first.outcome().isDone());
    assertEquals(List.of("module-autoload: duplicate request for module ext4"), lab.warnings);
  }

  @Test
  void trace_saysWhoAskedAgain() {
    var tracing = new AutoloadConfig("modprobe", 50, SECOND, SECOND, true);
    var lab = new Lab(tracing, 1);
    lab.requests.submit("ext4", true);
    assertTrue(lab.traces.isEmpty());
    theSecondCaller(lab);
    assertEquals(1, lab.traces.size());
    assertTrue(
        List.of(lab.traces.getFirst().getStackTrace()).stream()
            .anyMatch(frame -> frame.getMethodName().equals("theSecondCaller")));
  }

  private static void theSecondCaller(Lab lab) {
    lab.requests.submit("ext4", true);
  }

  @Test
  void slots_theFiftyFirstWaits_andIsRefusedAfterFiveSeconds() {
    var lab = new Lab();
    List<Request> working = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      working.add(lab.requests.submit("m" + i, true));
    }
    Request early = lab.requests.submit("early", true);
    lab.pass(SECOND);
    Request late = lab.requests.submit("late", true);
    assertEquals(50, lab.runs.size());
    lab.pass(Duration.ofSeconds(4).minusNanos(1));
    lab.runs.getFirst().exit().complete(0);
    lab.pass(NOW);
    assertEquals("early", lab.runs.getLast().call().name());
    lab.pass(SECOND);
    assertFalse(late.outcome().isDone());
    lab.pass(Duration.ofNanos(1));
    assertEquals(-62, late.outcome().join().code());
    assertEquals(51, lab.runs.size());
    assertFalse(early.outcome().isDone());
    assertEquals(
        List.of("module late is not loaded: all 50 slots were taken for 5 s"), lab.warnings);
  }

  @Test
  void duplicates_holdTheirSlots_soThatTheyCanStarveOthers() {
    var lab = new Lab();
    for (int i = 0; i < 50; i++) {
      lab.requests.submit("same", true);
    }
    Request other = lab.requests.submit("other", true);
    lab.pass(Duration.ofSeconds(5));
    assertEquals(-62, other.outcome().join().code());
    lab.runs.getFirst().exit().complete(0);
    lab.pass(NOW);
    assertEquals(50, lab.requests.freeSlots());
  }

  @Test
  void busyWarnings_areTenInFiveSeconds() {
    var one = new AutoloadConfig("modprobe", 1, SECOND, SECOND, false);
    var lab = new Lab(one, 1);
    lab.requests.submit("long", true);
    for (int i = 0; i < 13; i++) {
      lab.requests.submit("m" + i, true);
    }
    lab.pass(SECOND);
    assertEquals(10, lab.warnings.size());
    lab.pass(Duration.ofSeconds(5));
    lab.requests.submit("last", true);
    lab.pass(SECOND);
    assertEquals(
        "module last is not loaded: all 1 slots were taken for 1 s; 3 more such warnings were left"
            + " out",
        lab.warnings.getLast());
  }

  @Test
  void interrupt_ofADuplicate_endsItAlone() {
    var lab = new Lab();
    Request first = lab.requests.submit("m", true);
    Request killed = lab.requests.submit("m", true);
    Request third = lab.requests.submit("m", true);
    killed.interrupt();
    assertEquals(-512, killed.outcome().join().code());
    lab.runs.getFirst().exit().complete(0);
    lab.pass(NOW);
    assertEquals(0, first.outcome().join().code());
    assertEquals(0, third.outcome().join().code());
    assertEquals(50, lab.requests.freeSlots());
  }

  @Test
  void interrupt_ofTheFirst_isWhatAllGet() {
    var lab = new Lab();
    Request first = lab.requests.submit("m", true);
    Request second = lab.requests.submit("m", true);
    first.interrupt();
    lab.pass(NOW);
    assertEquals(-512, second.outcome().join().code());
    lab.runs.getFirst().exit().complete(0);
    assertEquals(-512, lab.requests.submit("m", true).outcome().join().code());
    assertEquals(1, lab.runs.size());
  }

  @Test
  void interrupt_whileWaitingForASlot_givesThePlaceAway() {
    var lab = new Lab(new AutoloadConfig("modprobe", 1, SECOND, SECOND, false), 1);
    lab.requests.submit("a", true);
    Request killed = lab.requests.submit("b", true);
    Request next = lab.requests.submit("c", true);
    killed.interrupt();
    lab.runs.getFirst().exit().complete(0);
    lab.pass(NOW);
    assertEquals(Map.of("a", 1, "c", 1), lab.runsByName());
    assertFalse(next.outcome().isDone());
  }

  @Test
  void await_onAnInterruptedThread_endsInterruptedAndStaysSo() {
    var lab = new Lab();
    Thread.currentThread().interrupt();
    RequestOutcome outcome = lab.requests.request("m");
    assertTrue(Thread.interrupted());
    assertEquals(new RequestOutcome.NotDone(RequestOutcome.Reason.INTERRUPTED), outcome);
  }

  @Test
  void helper_thatCannotBeStartedOrIsLost_isAnErrorForAll() {
    var broken = new TestHelper();
    assertEquals(-2, broken.requests.request("no-file").code());
    broken.lab.pass(NOW);
    assertEquals(-2, broken.requests.request("no-file").code());
    assertEquals(-5, broken.requests.request("lost").code());
    assertEquals(2, broken.starts.get());
  }

  private static final class TestHelper implements ModuleHelper {
    private final AtomicInteger starts = new AtomicInteger();
    private final Lab lab = new Lab();
    private final ModuleRequests requests =
        new ModuleRequests(AutoloadConfig.DEFAULTS, this, lab.queue, (_, _) -> {});

    @Override
    public CompletableFuture<Integer> start(ModprobeCall call) throws IOException {
      starts.incrementAndGet();
      if (call.name().equals("no-file")) {
        throw new IOException("no such file: " + call.helper());
      }
      return CompletableFuture.failedFuture(new IOException("killed by signal 9"));
    }
  }

  @Test
  void names_andHelpers_areCheckedFirst() {
    var lab = new Lab();
    assertEquals(-36, lab.requests.request("x".repeat(56)).code());
    assertEquals(-36, lab.requests.request("\u00e4".repeat(28)).code());
    lab.requests.submit("x".repeat(55), true);
    assertEquals(1, lab.runs.size());
    assertEquals(
        List.of("/sbin/modprobe", "-q", "--", "x".repeat(55)),
        lab.runs.getFirst().call().command());
    var off = new Lab(new AutoloadConfig("", 50, SECOND, SECOND, false), 1);
    assertEquals(-2, off.requests.request("m").code());
    assertTrue(off.runs.isEmpty());
  }

  @Test
  void threads_askingForOneNameAtOnce_runTheHelperOnce() throws InterruptedException {
    int threads = 40;
    var starts = new AtomicInteger();
    var exit = new CompletableFuture<Integer>();
    var warned = new CountDownLatch(threads - 1);
    try (var queue = new ThreadWorkQueue("test")) {
      var requests =
          new ModuleRequests(
              AutoloadConfig.DEFAULTS,
              _ -> {
                starts.incrementAndGet();
                return exit;
              },
              queue,
              (_, _) -> warned.countDown());
      var outcomes = new ConcurrentLinkedQueue<RequestOutcome>();
      List<Thread> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(Thread.ofVirtual().start(() -> outcomes.add(requests.request("kvm"))));
      }
      warned.await();
      exit.complete(7);
      for (Thread thread : all) {
        thread.join();
      }
      assertEquals(1, starts.get());
      assertEquals(Set.of(new RequestOutcome.HelperDone(7)), Set.copyOf(outcomes));
      assertEquals(threads, outcomes.size());
    }
  }

  @Test
  void helperThatThrowsAnError_endsTheRequest() {
    var lab = new Lab(AutoloadConfig.DEFAULTS, 1);
    var requests =
        new ModuleRequests(
            AutoloadConfig.DEFAULTS,
            _ -> {
              throw new OutOfMemoryError("no native thread");
            },
            lab.queue,
            (_, _) -> {});
    Request first = requests.submit("m", true);
    assertEquals(
        new RequestOutcome.NotDone(RequestOutcome.Reason.NO_HELPER), first.outcome().join());
    assertEquals(AutoloadConfig.DEFAULTS.concurrentRequests(), requests.freeSlots());
  }

  @Test
  void closing_endsThoseThatWait() throws Exception {
    try (var queue = new ThreadWorkQueue("test")) {
      var requests =
          new ModuleRequests(
              AutoloadConfig.DEFAULTS, _ -> new CompletableFuture<>(), queue, (_, _) -> {});
      var waiting = new FutureTask<>(() -> requests.request("m"));
      Thread.ofPlatform().daemon().start(waiting);
      while (requests.freeSlots() == AutoloadConfig.DEFAULTS.concurrentRequests()) {
        Thread.onSpinWait();
      }
      requests.close();
      var closed = new RequestOutcome.NotDone(RequestOutcome.Reason.CLOSED);
      assertEquals(closed, waiting.get(10, TimeUnit.SECONDS));
      assertEquals(closed, requests.request("other"));
      assertEquals(AutoloadConfig.DEFAULTS.concurrentRequests(), requests.freeSlots());
    }
  }

  @Test
  void requestsThatDoNotWait_keepTheirSlotsUntilTheHelperEnds() throws Exception {
    try (var queue = new ThreadWorkQueue("test")) {
      var exits = new ConcurrentLinkedQueue<CompletableFuture<Integer>>();
      var config = new AutoloadConfig("modprobe", 3, SECOND.dividedBy(10), SECOND, false);
      var requests =
          new ModuleRequests(
              config,
              _ -> {
                var exit = new CompletableFuture<Integer>();
                exits.add(exit);
                return exit;
              },
              queue,
              (_, _) -> {});
      for (int i = 0; i < 3; i++) {
        assertEquals(RequestOutcome.LOADED, requests.submit("m" + i, false).await());
      }
      assertEquals(
          new RequestOutcome.NotDone(RequestOutcome.Reason.BUSY),
          requests.submit("m3", false).await());
      assertEquals(3, exits.size());
      exits.forEach(exit -> exit.complete(0));
      assertEquals(3, requests.freeSlots());
    }
  }
}
