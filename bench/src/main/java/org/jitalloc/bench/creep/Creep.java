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
 * Random use in identical rounds, each a sequence of phases with different mixes of sizes. An
 * operation frees a random live allocation and makes another one; at the start of a phase, surplus
 * allocations are freed, or missing ones are made. If fragmentation does not grow, the results of
 * all rounds are the same.
 */
public final class Creep {
  /** The number of rounds. */
  public static final int ROUNDS = 10;

  private static final int SAMPLES_A_PHASE = 20;

  private final JitAllocator allocator;
  private final RandomGenerator random;
  private final List<JitMemory> live = new ArrayList<>();

  /**
   * Creates a run.
   *
   * @param allocator the allocator
   * @param seed the seed of the random choices
   */
  public Creep(JitAllocator allocator, long seed) {
    this.allocator = allocator;
    random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** {@return the names of the phases of a round} */
  public static List<String> phases() {
    return Phase.ROUND.stream().map(Phase::name).toList();
  }

  /** {@return the least number of operations} */
  public static long leastOperations() {
    return (long) ROUNDS * Phase.ROUND.size() * SAMPLES_A_PHASE;
  }

  /**
   * Runs all rounds, and frees everything.
   *
   * @param operations the approximate number of operations
   * @param seen receives each sample
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
