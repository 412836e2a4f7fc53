package org.jitalloc.bench.trace;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The kinds of trace: the distribution of sizes, and the defaults of the numbers of live
 * allocations and operations.
 */
public enum TraceKind {
  /** Small generated code, around 330 B. */
  JIT(new Sizes(5.8, 1.1, 16, 64 << 10), 1, 20_000, 1_000_000),
  /** Sections of modules, around 11 KB, up to whole slabs. */
  MOD(new Sizes(9.3, 1.3, 64, 2 << 20), 2, 2_000, 200_000),
  /** Sizes as of {@link #JIT}, to measure the effect of the number of live allocations. */
  GROW(new Sizes(5.8, 1.1, 16, 64 << 10), 3, 100_000, 1_000_000);

  /**
   * A log-normal distribution of sizes, clamped to a range.
   *
   * @param mu the mean of the logarithms
   * @param sigma their standard deviation
   * @param least the least size in bytes
   * @param most the greatest size in bytes
   */
  public record Sizes(double mu, double sigma, int least, int most) {
    /**
     * Draws a size.
     *
     * @param random the source of random numbers
     * @return a size in bytes
     */
    public int draw(RandomGenerator random) {
      double bytes = StrictMath.exp(mu + sigma * random.nextGaussian());
      return (int) Math.clamp(bytes, least, most);
    }
  }

  private final Sizes sizes;
  private final long seed;
  private final int live;
  private final int operations;

  TraceKind(Sizes sizes, long seed, int live, int operations) {
    this.sizes = sizes;
    this.seed = seed;
    this.live = live;
    this.operations = operations;
  }

  /** {@return the distribution of sizes} */
  public Sizes sizes() {
    return sizes;
  }

  /** {@return the default seed} */
  public long seed() {
    return seed;
  }

  /** {@return the default number of live allocations} */
  public int live() {
    return live;
  }

  /** {@return the default number of pairs of a free and an allocation} */
  public int operations() {
    return operations;
  }

  /** {@return its name on the command line} */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a kind.
   *
   * @param word its name on the command line
   * @return the kind; empty if the name is unknown
   */
  public static Optional<TraceKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }
}
