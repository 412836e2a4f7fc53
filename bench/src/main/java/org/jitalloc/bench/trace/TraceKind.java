package org.jitalloc.bench.trace;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What a trace is like: how sizes are spread, and how much is live and done unless told. */
public enum TraceKind {
  /** Small generated code, around 330 B. */
  JIT(new Sizes(5.8, 1.1, 16, 64 << 10), 1, 20_000, 1_000_000),
  /** Sections of modules, around 11 KB, up to whole slabs. */
  MOD(new Sizes(9.3, 1.3, 64, 2 << 20), 2, 2_000, 200_000),
  /** Sizes as of {@link #JIT}, with more or less that is live: what does that cost? */
  GROW(new Sizes(5.8, 1.1, 16, 64 << 10), 3, 100_000, 1_000_000);

  /**
   * A log-normal spread of sizes.
   *
   * @param mu the mean of the logarithms
   * @param sigma their standard deviation
   * @param least what smaller ones become, in bytes
   * @param most what larger ones become, in bytes
   */
  public record Sizes(double mu, double sigma, int least, int most) {
    /**
     * Draws a size.
     *
     * @param random where luck comes from
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

  /** {@return how its sizes are spread} */
  public Sizes sizes() {
    return sizes;
  }

  /** {@return where its luck starts, unless told} */
  public long seed() {
    return seed;
  }

  /** {@return how many allocations are live all the time, unless told} */
  public int live() {
    return live;
  }

  /** {@return how many pairs of a free and an allocation follow, unless told} */
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
   * @return the kind, if there is one
   */
  public static Optional<TraceKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
  }
}
