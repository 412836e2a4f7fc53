package org.jitalloc.core.pack;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * An address is looked up while its span is retired: the owner is found, or none, and then none.
 */
@JCStressTest
@Outcome(id = "tenant, nobody", expect = ACCEPTABLE, desc = "looked up before")
@Outcome(id = "nobody, nobody", expect = ACCEPTABLE, desc = "looked up after")
@Outcome(expect = FORBIDDEN, desc = "another's, or still found when it was gone")
@State
public class FindRace {
  private final Pools pools = Spot.pools();
  private final Spot neighbour = new Spot(100);
  private final Spot tenant = new Spot(100);

  /** Two beside each other. */
  public FindRace() {
    Zone zone = Spot.zone(pools);
    for (Spot spot : new Spot[] {neighbour, tenant}) {
      if (zone.place(spot, Pools.CHUNK_BYTES, Pools.CHUNK_BYTES, null) != null) {
        throw new IllegalStateException("a page has room for two");
      }
    }
  }

  private String whose() {
    SpanOwner found = pools.find(tenant.address() + 99);
    return found == null ? "nobody" : found == tenant ? "tenant" : "another";
  }

  /** Gives it up; the slab has to keep its neighbour. */
  @Actor
  public void free() {
    Retired batch = pools.retire(tenant);
    if (batch != null) {
      batch.recycle(_ -> true);
    }
    pools.takeRetired(waiting -> waiting.recycle(_ -> true));
  }

  /** Looks it up. */
  @Actor
  public void find(LL_Result seen) {
    seen.r1 = whose();
  }

  /** Looks it up at the end. */
  @Arbiter
  public void afterwards(LL_Result seen) {
    seen.r2 = whose();
  }
}
