package org.jitalloc.core.target;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jitalloc.core.block.Block;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads close: one frees, the other gets an error that it was freed before. */
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the first freed")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the second freed")
@Outcome(expect = FORBIDDEN, desc = "freed twice, or never")
@State
public class CloseTwiceRace {
  private final Block block = Images.forming();

  /** The first thread. */
  @Actor
  public void first(ZZ_Result done) {
    done.r1 = Images.done(block::close);
  }

  /** The second thread. */
  @Actor
  public void second(ZZ_Result done) {
    done.r2 = Images.done(block::close);
  }
}
