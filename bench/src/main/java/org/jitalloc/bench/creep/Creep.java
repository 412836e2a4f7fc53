package org.jitalloc.bench.creep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;

/**
 * Random use in rounds that are all alike, each a sequence of phases with mixes of their own. An
 * operation frees any of what is live and allocates another; where a phase starts, as many as are
 * too many are only freed, or as are missing only allocated. With an allocator that does not creep
 * the rounds look alike, too.
 */
public final class Creep {
  /** How often the phases come round. */
  public static final int ROUNDS = 10;

  private static final int SAMPLES_A_PHASE = 20;

  private final JitAllocator allocator;
  private final RandomGenerator random;
  private final List<JitMemory> live = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param allocator what is used
   * @param seed where luck starts
   */
  public Creep(JitAllocator allocator, long seed) {
    this.allocator = allocator;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** {@return the names of the phases of a round} */
  public static List<String> phases() {
    return Phase.ROUND.stream().map(Phase::name).toList();
  }

  /** {@return how many operations there have to be at least} */
  public static long leastOperations() {
    return (long) ROUNDS * Phase.ROUND.size() * SAMPLES_A_PHASE;
  }

  /**
   * Runs all rounds, and frees everything.
   *
   * @param operations about how many operations to do
   * @param seen is shown each sample when it is taken
   */
  public void run(long operations, Consumer<Sample> seen) {
    long step = operations / leastOperations();
    long done = 0;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        for (Phase phase : Phase.ROUND) {
          for (int i = 0; i < SAMPLES_A_PHASE; i++) {
            operate(phase, step);
            done += step;
            seen.accept(sample(done, round, phase));
          }
        }
      }
    } finally {
      live.forEach(JitMemory::close);
      live.clear();
    }
  }

  private void operate(Phase phase, long operations) {
    for (long i = 0; i < operations; i++) {
      if (live.size() < phase.live()) {
        live.add(allocate(phase));
        continue;
      }
      int chosen = random.nextInt(live.size());
      live.get(chosen).close();
      if (live.size() > phase.live()) {
        JitMemory last = live.removeLast();
        if (chosen < live.size()) {
          live.set(chosen, last);
        }
      } else {
        live.set(chosen, allocate(phase));
      }
    }
  }

  private JitMemory allocate(Phase phase) {
    return allocator.allocate(ModMemType.TEXT, phase.draw(random)).publish();
  }

  private Sample sample(long operations, int round, Phase phase) {
    var stats = allocator.stats();
    return new Sample(
        operations,
        round,
        phase.name(),
        stats.usedBytes() + stats.paddingBytes(),
        stats.reservedBytes());
  }
}
