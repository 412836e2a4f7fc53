package org.jitalloc.kprobes;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What a return probe is to be.
 *
 * @param entered called when the function is entered, or null
 * @param returns called when the function returns
 * @param maxActive the number of active calls that are followed at once; a call beyond it is
 *     counted as missed
 * @param enabled whether it hits at once
 */
public record ReturnProbeRequest(
    @Nullable ProbeHandler entered, ProbeHandler returns, int maxActive, boolean enabled) {

  /**
   * Makes a request.
   *
   * @throws JitAllocException INVALID_REQUEST if {@code maxActive} is not positive
   */
  public ReturnProbeRequest {
    if (maxActive <= 0) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "a return probe for no thread at all: maxActive=%d, and it has to be 1 or more"
              .formatted(maxActive));
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
