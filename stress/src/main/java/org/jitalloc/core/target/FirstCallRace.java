package org.jitalloc.core.target;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jitalloc.core.grace.GracePeriod;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Code is freed, without a barrier, while another thread enters code for the first time. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "ran before it was cleared")
@Outcome(id = "-1", expect = ACCEPTABLE, desc = "was refused")
@Outcome(expect = FORBIDDEN, desc = "was cleared under the thread that ran it")
@State
public class FirstCallRace {
  private static final Runnable BARRIER = Code.barrier();

  private final GracePeriod grace = new GracePeriod(BARRIER);
  private final Code code = new Code();

  /** Runs it. */
  @Actor
  public void run(I_Result met) {
    met.r1 = code.run(grace);
  }

  /** Frees it. */
  @Actor
  public void free() {
    code.free(grace);
  }
}
