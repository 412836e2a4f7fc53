package org.jitalloc.core.poke;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.PokePlan;

/**
 * The breakpoints that a batch adds and removes.
 *
 * @param coming the breakpoints that stand after the batch, with their records
 * @param gone the addresses of breakpoints that the batch overwrites with code
 */
public record BreakpointChange(List<PokePlan.Trap> coming, List<Long> gone) {

  /** A batch that adds and removes none. */
  public static final BreakpointChange NONE = new BreakpointChange(List.of(), List.of());

  /** Makes a change; the lists are copied. */
  public BreakpointChange {
    coming = List.copyOf(coming);
    gone = List.copyOf(gone);
  }

  /** {@return the addresses of all breakpoints that the batch adds or removes} */
  public List<Long> addresses() {
    List<Long> addresses = new ArrayList<>(gone);
    coming.forEach(trap -> addresses.add(trap.address()));
    return addresses;
  }
}
