package org.jitalloc.kprobes;

import org.jspecify.annotations.Nullable;

/**
 * What a probe is to be. One without a handler only counts how often it is hit: in machine code, so
 * that Java is not called at all. It is never missed: hits of a thread that is in a handler count.
 *
 * @param before called before the instruction, or null
 * @param after called behind the instruction, or null; for instructions that always go on behind
 *     themselves
 * @param enabled whether it hits at once
 * @param optimized whether a jump may take the place of the breakpoint
 */
public record ProbeRequest(
    @Nullable ProbeHandler before,
    @Nullable ProbeHandler after,
    boolean enabled,
    boolean optimized) {

  /**
   * A request without a handler.
   *
   * @return an enabled probe that only counts, and may be optimised
   */
  public static ProbeRequest counting() {
    return new ProbeRequest(null, null, true, true);
  }

  /**
   * The usual request.
   *
   * @param handler called before the instruction
   * @return an enabled probe that may be optimised
   */
  public static ProbeRequest before(ProbeHandler handler) {
    return new ProbeRequest(handler, null, true, true);
  }

  /**
   * The same without a jump.
   *
   * @return a probe that stays a breakpoint
   */
  public ProbeRequest byBreakpoint() {
    return new ProbeRequest(before, after, enabled, false);
  }
}
