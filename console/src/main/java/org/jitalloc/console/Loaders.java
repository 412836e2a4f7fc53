package org.jitalloc.console;

import java.util.List;
import org.jitalloc.modules.ModuleLoader;

/** Finds the loader of a target. */
final class Loaders {
  private Loaders() {}

  /** {@return the loader of a target; if there is none, the error names those that exist} */
  static ModuleLoader of(List<ModuleLoader> loaders, String target) {
    return new ServicesByTarget<>(loaders, ModuleLoader::target, "take modules").of(target);
  }

  /** {@return all loaders, or that of a target if its name is not empty} */
  static List<ModuleLoader> allOr(List<ModuleLoader> loaders, String target) {
    return target.isEmpty() ? loaders : List.of(of(loaders, target));
  }
}
