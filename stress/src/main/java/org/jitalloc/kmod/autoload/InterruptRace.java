package org.jitalloc.kmod.autoload;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.autoload.WorkQueue.Cancellation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** The helper ends while the first request is interrupted and another waits for its result. */
@JCStressTest
@Outcome(id = "7, 7, 50", expect = ACCEPTABLE, desc = "the helper was faster")
@Outcome(id = "-512, -512, 50", expect = ACCEPTABLE, desc = "the interrupt was faster")
@Outcome(expect = FORBIDDEN, desc = "different results, a slot lost, or one waits for ever")
@State
public class InterruptRace {
  private static final int WAITS = 99;

  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final ModuleRequests requests =
      new ModuleRequests(AutoloadConfig.DEFAULTS, _ -> exit, new Later(), (_, _) -> {});
  private final Request first = requests.submit("kvm", true);
  private final Request second = requests.submit("kvm", true);

  /** A queue whose work without a delay is executed by the arbiter, and other work never. */
  private final class Later implements WorkQueue {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Cancellation after(Duration delay, Runnable body) {
      if (delay.isZero()) {
        work.add(body);
      }
      return () -> {};
    }
  }

  /** The helper ends. */
  @Actor
  public void helperEnds() {
    exit.complete(7);
  }

  /** The first request is interrupted. */
  @Actor
  public void interrupt() {
    first.interrupt();
  }

  /** Records the outcomes. */
  @Arbiter
  public void look(III_Result result) {
    for (Runnable body = work.poll(); body != null; body = work.poll()) {
      body.run();
    }
    result.r1 = code(first);
    result.r2 = code(second);
    result.r3 = requests.freeSlots();
  }

  private static int code(Request request) {
    CompletableFuture<RequestOutcome> outcome = request.outcome();
    return outcome.isDone() ? outcome.join().code() : WAITS;
  }
}
