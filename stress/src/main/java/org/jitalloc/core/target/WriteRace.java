package org.jitalloc.core.target;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jitalloc.ModMemType;
import org.jitalloc.core.block.Block;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * Memory whose type is not writable is written for the first time while it is published: after the
 * publication it does not change, and it contains a write that was not refused.
 */
@JCStressTest
@Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "written, then published")
@Outcome(id = "false, false, false", expect = ACCEPTABLE, desc = "published, so not written")
@Outcome(expect = FORBIDDEN, desc = "what is live has changed, or a write was lost")
@State
public class WriteRace {
  private static final byte WRITTEN = 0x5a;

  private final Block block = Images.untouched(ModMemType.RODATA);

  /** Writes. */
  @Actor
  public void write(ZZZ_Result seen) {
    seen.r1 = Images.done(() -> block.write(0, new byte[] {WRITTEN}));
  }

  /** Publishes, and records what was published. */
  @Actor
  public void publish(ZZZ_Result seen) {
    block.publish();
    seen.r2 = isWritten();
  }

  /** Records the state. */
  @Arbiter
  public void afterwards(ZZZ_Result seen) {
    seen.r3 = isWritten();
    block.close();
  }

  /** Reads the memory without the monitor of the block, which would wait for the write. */
  private boolean isWritten() {
    return block.context().space().read(block.address(), 1)[0] == WRITTEN;
  }
}
