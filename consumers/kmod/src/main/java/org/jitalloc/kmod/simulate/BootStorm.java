package org.jitalloc.kmod.simulate;

import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.kmod.simulate.SimulatedLoader.Kernel;
import org.jitalloc.modules.duplicates.ModuleNames;
import org.jitalloc.modules.duplicates.SameFileLoads;
import org.jitalloc.modules.stats.ModuleStats;
import org.jitalloc.modules.stats.StatsSnapshot;

/**
 * Simulates boots in simulated time with simulated requests. The checks for duplicates and the
 * statistics are the ones that real loads use.
 */
public final class BootStorm {
  private BootStorm() {}

  /**
   * Simulates a boot until all requests have ended.
   *
   * @param storm the machine and its kernel
   * @return the statistics; the same for each run
   */
  public static StatsSnapshot run(Storm storm) {
    var time = new SimulatedTime();
    var machine =
        new SimulatedCpus(time, RandomGeneratorFactory.of("L64X128MixRandom").create(storm.seed()));
    var stats = new ModuleStats();
    var kernel =
        new Kernel(machine, storm.checks(), stats, new ModuleNames(stats), new SameFileLoads<>());
    List<List<SimulatedModule>> requests = new ModuleSet().requests(storm.vcpus());
    for (int i = 0; i < requests.size(); i++) {
      machine.start(i, new SimulatedLoader(kernel, requests.get(i))::next);
    }
    time.run();
    return stats.snapshot();
  }
}
