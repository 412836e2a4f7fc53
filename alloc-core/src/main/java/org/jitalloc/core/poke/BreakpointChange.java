package org.jitalloc.core.poke;

import java.util.List;
import org.jitalloc.arch.PokePlan;

/**
 * What becomes of breakpoints by a batch.
 *
 * @param coming those that stand there afterwards
 * @param gone where there is code afterwards
 */
public record BreakpointChange(List<PokePlan.Trap> coming, List<Long> gone) {

  /** No breakpoints come or go. */
  public static final BreakpointChange NONE = new BreakpointChange(List.of(), List.of());

  /** Makes a change; the lists are copied. */
  public BreakpointChange {
    coming = List.copyOf(coming);
    gone = List.copyOf(gone);
  }
}
