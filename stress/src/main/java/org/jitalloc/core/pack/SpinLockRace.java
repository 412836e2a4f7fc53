package org.jitalloc.core.pack;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A lock has one holder at a time, which sees the writes of the previous one. */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "the first, then the second")
@Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "the second, then the first")
@Outcome(expect = FORBIDDEN, desc = "both at once, or one that saw nothing of the other")
@State
public class SpinLockRace {
  private final SpinLock lock = new SpinLock();
  private int count;

  private int countUnderLock() {
    lock.acquire();
    try {
      return ++count;
    } finally {
      lock.release();
    }
  }

  /** The first thread. */
  @Actor
  public void first(II_Result seen) {
    seen.r1 = countUnderLock();
  }

  /** The second thread. */
  @Actor
  public void second(II_Result seen) {
    seen.r2 = countUnderLock();
  }
}
