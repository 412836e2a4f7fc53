package org.jitalloc.kprobes;

import org.jspecify.annotations.Nullable;

/**
 * What a return probe is to be.
 *
 * @param entered called when the function is entered, or null
 * @param returns called when the function returns
 * @param maxActive how many threads and levels may be in the function at once; who is one too many
 *     is counted as missed
 * @param enabled whether it hits at once
 */
public record ReturnProbeRequest(
    @Nullable ProbeHandler entered, ProbeHandler returns, int maxActive, boolean enabled) {

  /**
   * Makes a request.
   *
   * @throws IllegalArgumentException if {@code maxActive} is not positive
   */
  public ReturnProbeRequest {
    if (maxActive <= 0) {
      throw new IllegalArgumentException("at least one: maxActive=" + maxActive);
    }
  }

  /**
   * The usual request.
   *
   * @param returns called when the function returns
   * @return a request for ten at once, or two for each processor if that is more
   */
  public static ReturnProbeRequest of(ProbeHandler returns) {
    int many = Math.max(10, 2 * Runtime.getRuntime().availableProcessors());
    return new ReturnProbeRequest(null, returns, many, true);
  }
}
