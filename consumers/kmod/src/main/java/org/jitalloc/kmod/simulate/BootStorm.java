package org.jitalloc.kmod.simulate;

import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jitalloc.kmod.simulate.Loader.Kernel;
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
    SimulatedTime time = new SimulatedTime();
    Machine machine =
        new Machine(time, RandomGeneratorFactory.of("L64X128MixRandom").create(storm.seed()));
    ModuleStats stats = new ModuleStats();
    Kernel kernel =
        new Kernel(machine, storm.checks(), stats, new ModuleNames(stats), new SameFileLoads<>());
    List<List<Module>> requests = new Distribution().requests(storm.vcpus());
    for (int i = 0; i < requests.size(); i++) {
      machine.start(i, new Loader(kernel, requests.get(i))::next);
    }
    time.run();
    return stats.snapshot();
  }
}
