package org.jitalloc.console;

import java.util.List;
import org.jitalloc.modules.ModuleLoader;

/** Finds the loader of a target. */
final class Loaders {
  private Loaders() {}

  /** Finds it, or says which there are. */
  static ModuleLoader of(List<ModuleLoader> loaders, String target) {
    return new ServicesByTarget<>(loaders, ModuleLoader::target, "take modules").of(target);
  }

  /** All of them, or the one of a target. */
  static List<ModuleLoader> allOr(List<ModuleLoader> loaders, String target) {
    return target.isEmpty() ? loaders : List.of(of(loaders, target));
  }
}
