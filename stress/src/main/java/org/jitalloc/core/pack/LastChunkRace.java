package org.jitalloc.core.pack;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads allocate the last chunk of a range: one gets it, and nothing is lost. */
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the first got it")
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the second got it")
@Outcome(expect = FORBIDDEN, desc = "both or none")
@State
public class LastChunkRace {
  private final Zone zone = Spot.zone(Spot.pools());

  /** Allocates all chunks except one. */
  public LastChunkRace() {
    take(Spot.BYTES - Pools.CHUNK_BYTES);
  }

  private boolean take(long bytes) {
    return zone.place(new Spot(bytes), Pools.CHUNK_BYTES, Pools.CHUNK_BYTES, null) == null;
  }

  /** The first thread. */
  @Actor
  public void first(ZZ_Result got) {
    got.r1 = take(1);
  }

  /** The second thread. */
  @Actor
  public void second(ZZ_Result got) {
    got.r2 = take(1);
  }
}
