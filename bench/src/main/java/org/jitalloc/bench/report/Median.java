package org.jitalloc.bench.report;

import java.util.Arrays;
import java.util.Collection;

/** The one in the middle, which a single disturbed run does not move. */
public final class Median {
  private Median() {}

  /**
   * Finds the median.
   *
   * @param values at least one
   * @return the one in the middle, or the mean of the two that are there
   */
  public static double of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
