package org.jitalloc.modules.duplicates;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jitalloc.modules.ModuleState;
import org.jitalloc.modules.stats.ModuleStats;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Two threads load modules of one name, and the one that gets the name goes live. */
@JCStressTest
@Outcome(id = "mine, EXISTS, 1", expect = ACCEPTABLE, desc = "the first loads")
@Outcome(id = "EXISTS, mine, 1", expect = ACCEPTABLE, desc = "the second loads")
@Outcome(expect = FORBIDDEN, desc = "loaded twice, or never, or one waits for ever")
@State
public class NameRace {
  private final ModuleStats stats = new ModuleStats();
  private final ModuleNames names = new ModuleNames(stats);
  private volatile Object first = "waits";
  private volatile Object second = "waits";

  private Object load(NameAnswer answer) {
    if (answer instanceof NameHolder holder) {
      holder.advance(ModuleState.COMING);
      holder.advance(ModuleState.LIVE);
      return "mine";
    }
    return answer;
  }

  /** The first thread. */
  @Actor
  public void first() {
    var _ = names.claim("kvm").thenAccept(answer -> first = load(answer));
  }

  /** The second thread. */
  @Actor
  public void second() {
    var _ = names.claim("kvm").thenAccept(answer -> second = load(answer));
  }

  /** Records the outcomes. */
  @Arbiter
  public void look(LLL_Result result) {
    result.r1 = first;
    result.r2 = second;
    result.r3 = stats.snapshot().duplicates().stream().mapToLong(one -> one.times()).sum();
  }
}
