package org.jitalloc.core.target;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/** A target is closed while another thread allocates. */
@JCStressTest
@Outcome(id = "done, 0", expect = ACCEPTABLE, desc = "came first; nothing is left")
@Outcome(id = "refused, 0", expect = ACCEPTABLE, desc = "came too late")
@Outcome(expect = FORBIDDEN, desc = "failed otherwise, or left something behind")
@State
public class CloseAllocateRace {
  private final ClosingTarget target = new ClosingTarget();

  /** Closes. */
  @Actor
  public void close() {
    target.close();
  }

  /** Uses it. */
  @Actor
  public void use(LI_Result result) {
    result.r1 = target.allocate();
  }

  /** Records what is left. */
  @Arbiter
  public void look(LI_Result result) {
    result.r2 = target.left();
  }
}
