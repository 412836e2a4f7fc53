package org.jitalloc.console;

import java.util.List;
import org.jitalloc.modules.ModuleLoader;

/** Finds the loader of a target. */
final class Loaders {
  private Loaders() {}

  /** Finds it, or says which there are. */
  static ModuleLoader of(List<ModuleLoader> loaders, String target) {
    return loaders.stream()
        .filter(loader -> loader.target().name().equals(target))
        .findFirst()
        .orElseThrow(
            () ->
                new CommandException(
                    "modules cannot be loaded into %s; they can into: %s"
                        .formatted(
                            target,
                            String.join(
                                ", ",
                                loaders.stream().map(l -> l.target().name()).sorted().toList()))));
  }

  /** All of them, or the one of a target. */
  static List<ModuleLoader> allOr(List<ModuleLoader> loaders, String target) {
    return target.isEmpty() ? loaders : List.of(of(loaders, target));
  }
}
