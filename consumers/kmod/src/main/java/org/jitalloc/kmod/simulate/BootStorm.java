package org.jitalloc.kmod.simulate;

import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.kmod.simulate.SimulatedLoader.Kernel;
import org.jitalloc.modules.duplicates.ModuleNames;
import org.jitalloc.modules.duplicates.SameFileLoads;
import org.jitalloc.modules.stats.ModuleStats;
import org.jitalloc.modules.stats.StatsSnapshot;

/**
 * Simulates boots. What is simulated is time, and what asks for modules; what refuses them and
 * counts is what refuses and counts when modules are loaded.
 */
public final class BootStorm {
  private BootStorm() {}

  /**
   * Boots, until nobody asks for a module any more.
   *
   * @param storm the machine and its kernel
   * @return what was counted; the same each time
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
