package org.jitalloc.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** The median, which a single disturbed run does not change. */
public final class Median {
  private Median() {}

  /**
   * Returns the median.
   *
   * @param values at least one value
   * @return the middle value, or the mean of the two middle values
   */
  public static double of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
