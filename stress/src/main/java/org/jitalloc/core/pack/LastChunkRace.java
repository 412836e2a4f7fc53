package org.jitalloc.core.pack;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two want the last chunk of a range: one gets it, and nothing is lost by their meeting. */
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the first got it")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the second got it")
@Outcome(expect = FORBIDDEN, desc = "both or none")
@State
public class LastChunkRace {
  private final Zone zone = Spot.zone(Spot.pools());

  /** Takes all but one chunk. */
  public LastChunkRace() {
    take(Spot.BYTES - Pools.CHUNK_BYTES);
  }

  private boolean take(long bytes) {
    return zone.place(new Spot(bytes), Pools.CHUNK_BYTES, Pools.CHUNK_BYTES, null) == null;
  }

  /** The one. */
  @Actor
  public void first(ZZ_Result got) {
    got.r1 = take(1);
  }

  /** The other. */
  @Actor
  public void second(ZZ_Result got) {
    got.r2 = take(1);
  }
}
