package org.jitalloc.core.poke;

import java.util.List;
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
      };

  /**
   * Makes places known, before anything traps there.
   *
   * @param handler what handles the traps
   * @param traps the places, in ascending order
   */
  void arm(TrapHandler handler, List<PokePlan.Trap> traps);

  /** Forgets all places, after the last of them is code again. */
  void disarm();
}
