package org.jitalloc.core.poke;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jitalloc.arch.PokePlan;
import org.jitalloc.arch.TrapHandler;

/** What carries running threads over places that are being changed. */
public interface TrapTable {

  /** For address spaces in which nothing runs. */
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
        public Map<Long, PokePlan.Trap> keep(TrapHandler handler, List<PokePlan.Trap> breakpoints) {
          return Map.of();
        }

        @Override
        public void forget(Collection<Long> addresses) {}

        @Override
        public void restore(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {}

        @Override
        public void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before) {}
      };

  /**
   * Makes places known, before anything traps there.
   *
   * @param handler what handles the traps
   * @param traps the places, in ascending order
   */
  void arm(TrapHandler handler, List<PokePlan.Trap> traps);

  /** Forgets all places that were armed, after the last of them is code again. */
  void disarm();

  /**
   * Finds breakpoints that are kept. Without the text lock it is a guess.
   *
   * @param address where to look
   * @param bytes how far
   * @return their addresses; not to be kept
   */
  Collection<Long> keptIn(long address, long bytes);

  /**
   * Makes breakpoints known that stay, before the first of them is written; what was kept for the
   * same address is replaced. A place that is armed counts more as long as it is.
   *
   * @param handler what handles the traps
   * @param breakpoints where they are and what is to be done there
   * @return what was replaced, by address
   */
  Map<Long, PokePlan.Trap> keep(TrapHandler handler, List<PokePlan.Trap> breakpoints);

  /**
   * Forgets breakpoints, after the last of them is code again.
   *
   * @param addresses where they were
   */
  void forget(Collection<Long> addresses);

  /**
   * Keeps what was kept before a change that did not come about, and disarms all places.
   *
   * @param coming what was to come
   * @param before what {@link #keep} replaced by it
   */
  void restore(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before);

  /**
   * Keeps all that a thread may meet after a change that failed half-way and could not be undone:
   * what was armed, and what was coming, each unless something else was kept there before.
   *
   * @param coming what was to come
   * @param before what {@link #keep} replaced by it
   */
  void settle(List<PokePlan.Trap> coming, Map<Long, PokePlan.Trap> before);
}
