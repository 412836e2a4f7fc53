package org.jitalloc.modules.duplicates;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two threads load one file: at once, so that they share a load, or one after the other. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "the first loads for both")
@Outcome(id = "2, 2", expect = ACCEPTABLE_INTERESTING, desc = "the second loads for both")
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "one after the other")
@Outcome(expect = FORBIDDEN, desc = "one has the result of a load that it did not wait for")
@State
public class SameFileRace {
  private final SameFileLoads<Integer> loads = new SameFileLoads<>();

  private Object load(int number) {
    try {
      return loads.load("file", () -> number);
    } catch (InterruptedException interrupted) {
      return interrupted;
    }
  }

  /** The first thread. */
  @Actor
  public void first(LL_Result result) {
    result.r1 = load(1);
  }

  /** The second thread. */
  @Actor
  public void second(LL_Result result) {
    result.r2 = load(2);
  }
}
