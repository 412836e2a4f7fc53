package org.jitalloc.core.target;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jitalloc.core.block.Block;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZL_Result;

/** Memory is published while it is closed: in either order, it is freed and stays freed. */
@JCStressTest
@Outcome(id = "true, true, FREED", expect = ACCEPTABLE, desc = "published, then closed")
@Outcome(id = "false, true, FREED", expect = ACCEPTABLE, desc = "closed, so not published")
@Outcome(expect = FORBIDDEN, desc = "live after it was freed, or not closed")
@State
public class PublishRace {
  private final Block block = Images.forming();

  /** Publishes. */
  @Actor
  public void publish(ZZL_Result seen) {
    seen.r1 = Images.done(block::publish);
  }

  /** Closes. */
  @Actor
  public void close(ZZL_Result seen) {
    seen.r2 = Images.done(block::close);
  }

  /** Records the state. */
  @Arbiter
  public void afterwards(ZZL_Result seen) {
    seen.r3 = Images.isFound(block) ? "found" : block.state();
  }
}
