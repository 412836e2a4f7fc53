package org.jitalloc.kmod.simulate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jitalloc.kmod.simulate.Storm.Checks;
import org.jitalloc.modules.stats.DuplicateFailure;
import org.jitalloc.modules.stats.StatsSnapshot;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootStormTest {

  @Seeded(tries = 40)
  void storms_endWithEachModuleLoadedOnce_andEachFailureCounted(RandomValues values) {
    Checks checks = values.oneOf(Checks.values());
    StatsSnapshot stats = BootStorm.run(new Storm(values.intIn(1, 64), checks, values.anyLong()));
    assertEquals(new ModuleSet().size(), stats.loaded());
    assertEquals(
        stats.failedBecoming() + stats.failedLoads(),
        stats.duplicates().stream().mapToLong(DuplicateFailure::times).sum());
    if (checks == Checks.LATE) {
      assertEquals(0, stats.failedBecoming());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 255})
  void eachCheck_wastesLessThanTheOneAfterIt(int vcpus) {
    for (long seed = 0; seed < 5; seed++) {
      long late = BootStorm.run(new Storm(vcpus, Checks.LATE, seed)).wastedBytes();
      long early = BootStorm.run(new Storm(vcpus, Checks.EARLY, seed)).wastedBytes();
      long sameFile = BootStorm.run(new Storm(vcpus, Checks.SAME_FILE, seed)).wastedBytes();
      assertTrue(early < late, () -> "early=%d late=%d".formatted(early, late));
      assertTrue(sameFile < early / 50, () -> "sameFile=%d early=%d".formatted(sameFile, early));
    }
  }

  /** The message of the kernel's commit has 83 and 16 of 99. */
  @Test
  void onEightProcessors_mostDuplicatesAreFoundEarly() {
    StatsSnapshot stats = BootStorm.run(new Storm(8, Checks.EARLY, 1));
    assertTrue(stats.failedBecoming() > 4 * stats.failedLoads(), stats::text);
  }

  /** The message of the kernel's commit has 249 of 255. */
  @Test
  void on255Processors_allWaitForTheLargeModules() {
    StatsSnapshot stats = BootStorm.run(new Storm(255, Checks.LATE, 1));
    DuplicateFailure kvm =
        stats.duplicates().stream().filter(one -> one.name().equals("kvm")).findFirst().get();
    assertTrue(kvm.times() > 240, stats::text);
  }

  @Test
  void storms_areTheSameForTheSameSeed() {
    var storm = new Storm(32, Checks.EARLY, 5);
    assertEquals(BootStorm.run(storm), BootStorm.run(storm));
    assertNotEquals(BootStorm.run(storm), BootStorm.run(new Storm(32, Checks.EARLY, 6)));
  }
}
