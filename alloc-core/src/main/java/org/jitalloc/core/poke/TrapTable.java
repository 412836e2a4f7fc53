package org.jitalloc.core.poke;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;

/**
 * The records by which the trap handler carries threads over sites that are being changed, and over
 * breakpoints that stay. The caller of every method but {@link #keptIn} holds the text lock.
 *
 * <p>A record is <em>armed</em> while a change is in progress and <em>kept</em> while a breakpoint
 * stays. An armed record takes precedence over one that is kept for the same address.
 */
public interface TrapTable {

  /** For address spaces in which no code runs. */
  TrapTable NOTHING_RUNS =
      new TrapTable() {
        @Override
        public void arm(TrapHandler handler, List<PokePlan.Trap> traps) {}

        @Override
        public void disarm() {}

        @Override
        public Collection<Long> keptIn(long address, long bytes) {
          return List.of();
        }

        @Override
        public Map<Long, PokePlan.Trap> kept(Collection<Long> addresses) {
          return Map.of();
        }

        @Override
        public void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {}

        @Override
        public void forget(Collection<Long> addresses) {}

        @Override
        public void restore(Collection<Long> addresses, Map<Long, PokePlan.Trap> before) {}

        @Override
        public void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {}
      };

  /**
   * Adds the records of a change, before anything traps there.
   *
   * @param handler handles the traps
   * @param traps the records, in ascending order of address
   */
  void arm(TrapHandler handler, List<PokePlan.Trap> traps);

  /** Removes all armed records, after the last of their sites is code again. */
  void disarm();

  /**
   * Finds the breakpoints that are kept in a range. May be called without the text lock; the answer
   * may be outdated then.
   *
   * @param address the first address
   * @param bytes the length of the range
   * @return their addresses; a view
   */
  Collection<Long> keptIn(long address, long bytes);

  /**
   * Gives the records that are kept for some addresses.
   *
   * @param addresses the addresses
   * @return the records by address; none for an address without one
   */
  Map<Long, PokePlan.Trap> kept(Collection<Long> addresses);

  /**
   * Keeps records of breakpoints that stay, before the first of them is written. Replaces what is
   * kept for the same address.
   *
   * @param handler handles the traps
   * @param breakpoints the records
   */
  void keep(TrapHandler handler, List<PokePlan.Trap> breakpoints);

  /**
   * Removes records of breakpoints, after the last of them is code again.
   *
   * @param addresses the addresses of the breakpoints
   */
  void forget(Collection<Long> addresses);

  /**
   * Goes back to the records from before a change that failed, and removes all armed records.
   *
   * @param addresses the addresses whose kept records the change may have altered
   * @param before what {@link #kept} gave for them before the change
   */
  void restore(Collection<Long> addresses, Map<Long, PokePlan.Trap> before);

  /**
   * Keeps every record that a thread may need after a change that failed and could not be undone:
   * those that are armed and those that were coming, except where a record was kept before.
   *
   * @param coming the records of breakpoints that the change was to add
   * @param before what {@link #kept} gave before the change
   */
  void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before);
}
