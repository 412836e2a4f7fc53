package org.jitalloc.modules.stats;

import java.util.Set;

/**
 * A module that was loaded while there was one of its name already.
 *
 * @param name the module's
 * @param times how often
 * @param stages how far these loads came; not empty
 */
public record DuplicateFailure(String name, long times, Set<DuplicateStage> stages) {

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if there is no stage
   */
  public DuplicateFailure {
    stages = Set.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("no stage at which %s failed".formatted(name));
    }
  }

  /**
   * The stages as listings print them.
   *
   * @return a few words
   */
  public String reason() {
    if (stages.size() > 1) {
      return "Becoming & Load";
    }
    return stages.contains(DuplicateStage.BECOMING) ? "Becoming" : "Load";
  }
}
