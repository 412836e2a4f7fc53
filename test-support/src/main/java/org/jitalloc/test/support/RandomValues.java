package org.jitalloc.test.support;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Random values of a seed: the same calls return the same values.
 *
 * <p>Edge cases come often. A number is with a probability of 1/16 one of its range's edges: least,
 * greatest, the numbers next to these, -1, 0 and 1. In one try of 16 every number is an edge, so
 * that edges meet. Half of the other numbers are near to 0 (their count of bits is uniform), half
 * are uniform.
 *
 * <p>All bounds are inclusive. Not safe for use by several threads.
 */
public final class RandomValues {
  private static final int EDGE_ONE_IN = 16;

  private final SplittableRandom random;
  private final boolean onlyEdges;
  private final List<Object> drawn = new ArrayList<>();

  /** Greater than 0 while a compound value is drawn, whose parts are not recorded. */
  private int depth;

  /**
   * Creates the values of a seed.
   *
   * @param seed any number; close seeds give unrelated values
   */
  public RandomValues(long seed) {
    random = new SplittableRandom(seed);
    onlyEdges = random.nextInt(EDGE_ONE_IN) == 0;
  }

  /** {@return the values that were drawn, in order; a list, text or array is one element} */
  List<Object> drawn() {
    return Collections.unmodifiableList(drawn);
  }

  /** {@return any {@code long}, with edge cases} */
  public long anyLong() {
    return longIn(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** {@return any {@code int}, with edge cases} */
  public int anyInt() {
    return intIn(Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** {@return either value, with the same probability} */
  public boolean anyBoolean() {
    return record(random.nextBoolean());
  }

  /**
   * Draws a number of a range, with edge cases.
   *
   * @param min the least number, inclusive
   * @param max the greatest number, inclusive
   * @return the number
   * @throws IllegalArgumentException if {@code min > max}
   */
  public int intIn(int min, int max) {
    return (int) longIn(min, max);
  }

  /**
   * Draws a number of a range, with edge cases.
   *
   * @param min the least number, inclusive
   * @param max the greatest number, inclusive
   * @return the number
   * @throws IllegalArgumentException if {@code min > max}
   */
  public long longIn(long min, long max) {
    require(min, max);
    if (onlyEdges || random.nextInt(EDGE_ONE_IN) == 0) {
      return record(edge(min, max));
    }
    return record(random.nextBoolean() ? nearZero(min, max) : uniformIn(min, max));
  }

  /**
   * Draws a number of a range, each with the same probability.
   *
   * @param min the least number, inclusive
   * @param max the greatest number, inclusive
   * @return the number
   * @throws IllegalArgumentException if {@code min > max}
   */
  public long uniform(long min, long max) {
    require(min, max);
    return record(uniformIn(min, max));
  }

  /**
   * Draws an integer; powers of two and their neighbours come often.
   *
   * @param maxBits the logarithm (base 2) of the greatest magnitude
   * @return an integer of at most {@code 2^maxBits} in magnitude
   */
  public BigInteger bigInteger(int maxBits) {
    int bits = intPart(0, maxBits);
    BigInteger magnitude =
        onlyEdges || random.nextInt(4) == 0
            ? BigInteger.TWO.pow(bits).subtract(BigInteger.valueOf(random.nextInt(2)))
            : new BigInteger(bits, new Random(random.nextLong()));
    return record(random.nextBoolean() ? magnitude : magnitude.negate());
  }

  /**
   * Draws one of some values, each with the same probability.
   *
   * @param <T> their type
   * @param values the values, at least one
   * @return one of them
   */
  @SafeVarargs
  public final <T> T oneOf(T... values) {
    return record(values[random.nextInt(values.length)]);
  }

  /**
   * Draws an index below {@code weights.length}, with a probability in proportion to its weight:
   * {@code weighted(3, 1)} is 0 in three of four cases.
   *
   * @param weights not negative, and not all 0
   * @return the index
   */
  public int weighted(int... weights) {
    int left = random.nextInt(Arrays.stream(weights).sum());
    int index = 0;
    while (left >= weights[index]) {
      left -= weights[index++];
    }
    return record(index);
  }

  /**
   * Draws bytes, with edge cases; their number is drawn first.
   *
   * @param minLength the least number of bytes
   * @param maxLength the greatest number of bytes
   * @return a new array
   */
  public byte[] bytes(int minLength, int maxLength) {
    var bytes = new byte[intPart(minLength, maxLength)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) intPart(Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    return record(bytes);
  }

  /**
   * Draws text; its length is drawn first.
   *
   * @param alphabet the characters that it may have
   * @param minLength the least number of characters
   * @param maxLength the greatest number of characters
   * @return the text
   */
  public String text(String alphabet, int minLength, int maxLength) {
    int length = intPart(minLength, maxLength);
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return record(text.toString());
  }

  /**
   * Draws a list; its size is drawn first.
   *
   * @param <T> the type of elements
   * @param minSize the least number of elements
   * @param maxSize the greatest number of elements
   * @param element draws one element from these values
   * @return an unmodifiable list
   */
  public <T> List<T> list(int minSize, int maxSize, Supplier<T> element) {
    int size = intPart(minSize, maxSize);
    List<T> list = new ArrayList<>(size);
    depth++;
    try {
      for (int i = 0; i < size; i++) {
        list.add(element.get());
      }
    } finally {
      depth--;
    }
    return record(Collections.unmodifiableList(list));
  }

  private <T> T record(T value) {
    if (depth == 0) {
      drawn.add(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
    }
    return value;
  }

  private int intPart(int min, int max) {
    depth++;
    try {
      return intIn(min, max);
    } finally {
      depth--;
    }
  }

  private static void require(long min, long max) {
    if (min > max) {
      throw new IllegalArgumentException("min=%d is above max=%d".formatted(min, max));
    }
  }

  private long edge(long min, long max) {
    long[] edges = {min, max, Math.min(min, max - 1) + 1, Math.max(max, min + 1) - 1, -1, 0, 1};
    long edge = edges[random.nextInt(edges.length)];
    return edge < min ? min : Math.min(edge, max);
  }

  private long uniformIn(long min, long max) {
    return max == Long.MAX_VALUE
        ? min == Long.MIN_VALUE ? random.nextLong() : random.nextLong(min - 1, max) + 1
        : random.nextLong(min, max + 1);
  }

  /** Uniform in the number of bits of the distance from that number of the range nearest to 0. */
  private long nearZero(long min, long max) {
    long center = Math.clamp(0, min, max);
    boolean up = center == min || center < max && random.nextBoolean();
    long width = up ? max - center : center - min;
    int bits = random.nextInt(Long.SIZE - Long.numberOfLeadingZeros(width) + 1);
    long distance = bits == 0 ? 0 : random.nextLong() >>> (Long.SIZE - bits);
    if (Long.compareUnsigned(distance, width) > 0) {
      distance = Long.remainderUnsigned(distance, width + 1);
    }
    return up ? center + distance : center - distance;
  }
}
