package org.jitalloc.kmod.autoload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.RequestOutcome.HelperDone;
import org.jitalloc.kmod.RequestOutcome.NotDone;
import org.jitalloc.kmod.RequestOutcome.Reason;
import org.jitalloc.kmod.autoload.Lab.Run;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

/**
 * Requests, ends of helpers, interrupts and time in any order, with work of the queue at any later
 * time: each request has one correct outcome, and no work is left. Each run of the helper has a
 * different status, which identifies the run whose outcome a request got.
 */
class ModuleRequestsModelTest {
  private static final int SLOTS = 3;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration MEMORY = Duration.ofSeconds(60);
  private static final AutoloadConfig CONFIG =
      new AutoloadConfig("modprobe", SLOTS, TIMEOUT, MEMORY, false);

  private enum Action {
    WAIT,
    WAIT_AGAIN,
    NO_WAIT,
    HELPER_ENDS,
    INTERRUPT,
    WORK,
    PASS_SHORT,
    PASS_TIMEOUT,
    PASS_MINUTE
  }

  private static final class Asked {
    private final String name;
    private final boolean waits;
    private final long at;
    private final Request request;
    private boolean interrupted;
    private long endedAt = -1;

    Asked(Lab lab, String name, boolean waits) {
      this.name = name;
      this.waits = waits;
      this.at = lab.queue.nanoTime();
      this.request = lab.requests.submit(name, waits);
      var _ = request.outcome().thenAccept(_ -> endedAt = lab.queue.nanoTime());
    }
  }

  private Lab lab;
  private final List<Asked> asked = new ArrayList<>();
  private final Map<Run, Long> endOfRun = new HashMap<>();

  private void start() {
    lab = new Lab(CONFIG, 7);
    asked.clear();
    endOfRun.clear();
  }

  @Seeded(tries = 1000)
  void requests_endOnceAndRightly(RandomValues values) {
    start();
    int steps = values.intIn(1, 60);
    for (int i = 0; i < steps; i++) {
      act(values.oneOf(Action.values()), values.intIn(0, 5));
      assertTrue(lab.requests.freeSlots() >= 0 && lab.requests.freeSlots() <= SLOTS);
    }
    lab.pass(Duration.ZERO);
    while (lab.runs.stream().anyMatch(run -> !run.exit().isDone())) {
      lab.runs.stream().filter(run -> !run.exit().isDone()).toList().forEach(this::end);
      lab.pass(Duration.ZERO);
    }
    lab.pass(MEMORY.multipliedBy(2));
    assertEquals(SLOTS, lab.requests.freeSlots());
    assertEquals(0, lab.queue.size());
    asked.forEach(this::check);
    checkRuns();
  }

  private void act(Action action, int choice) {
    switch (action) {
      case WAIT, WAIT_AGAIN -> asked.add(new Asked(lab, "m" + choice % 3, true));
      case NO_WAIT -> asked.add(new Asked(lab, "m" + choice % 3, false));
      case HELPER_ENDS ->
          pick(lab.runs.stream().filter(run -> !run.exit().isDone()).toList(), choice, this::end);
      case INTERRUPT -> pick(asked, choice, this::interrupt);
      case WORK -> lab.queue.step(lab.random);
      case PASS_SHORT -> lab.pass(Duration.ofMillis(700L * choice));
      case PASS_TIMEOUT -> lab.pass(TIMEOUT);
      case PASS_MINUTE -> lab.pass(MEMORY.minusMillis(choice));
    }
  }

  private static <T> void pick(List<T> from, int choice, java.util.function.Consumer<T> use) {
    if (!from.isEmpty()) {
      use.accept(from.get(choice % from.size()));
    }
  }

  private void end(Run run) {
    endOfRun.put(run, lab.queue.nanoTime());
    run.exit().complete(lab.runs.indexOf(run) + 1);
  }

  private void interrupt(Asked one) {
    one.interrupted |= !one.request.outcome().isDone();
    one.request.interrupt();
  }

  private void check(Asked one) {
    RequestOutcome outcome = one.request.outcome().join();
    switch (outcome) {
      case HelperDone(int status) when status == 0 -> assertTrue(!one.waits);
      case HelperDone(int status) -> {
        Run run = lab.runs.get(status - 1);
        assertEquals(one.name, run.call().name());
        assertTrue(one.waits && one.endedAt >= endOfRun.get(run));
        assertTrue(one.at <= endOfRun.get(run) + TIMEOUT.plus(MEMORY).toNanos());
      }
      case NotDone(Reason reason) when reason == Reason.BUSY ->
          assertEquals(TIMEOUT.toNanos(), one.endedAt - one.at);
      case NotDone(Reason reason) -> {
        assertEquals(Reason.INTERRUPTED, reason);
        assertTrue(one.interrupted || isAfterInterrupted(one));
      }
    }
  }

  /** {@return whether another request for the name was interrupted while outcomes are kept} */
  private boolean isAfterInterrupted(Asked one) {
    return asked.stream()
        .anyMatch(
            other ->
                other.interrupted
                    && other.waits
                    && other.name.equals(one.name)
                    && other.at <= one.endedAt
                    && one.at <= other.endedAt + TIMEOUT.plus(MEMORY).toNanos());
  }

  /** Runs without an anchor are those of requests that did not wait; others keep their interval. */
  private void checkRuns() {
    for (String name : List.of("m0", "m1", "m2")) {
      long noWaits = asked.stream().filter(one -> one.name.equals(name) && !one.waits).count();
      List<Run> runs = lab.runs.stream().filter(run -> run.call().name().equals(name)).toList();
      long tooSoon = 0;
      for (int i = 1; i < runs.size(); i++) {
        if (runs.get(i).startedNanos() - runs.get(i - 1).startedNanos() < MEMORY.toNanos()) {
          tooSoon++;
        }
      }
      assertTrue(tooSoon <= 2 * noWaits, () -> name + ": " + runs);
    }
  }
}
