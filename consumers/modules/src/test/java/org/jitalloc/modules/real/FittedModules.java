package org.jitalloc.modules.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jitalloc.JitAlloc;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.plain.ModuleLoaders;

/**
 * Loads real modules, one by one, so that their code fits a processor, and decodes what each place
 * has become; where it has to lead is worked out from the relocations of the file. Prints how many
 * places there were of each kind and exits with 1 if one is wrong.
 */
final class FittedModules {
  private final ModuleLoader loader;
  private final LoadOptions options;
  private final FittedPlaces places;
  private final List<String> refused = new ArrayList<>();

  private FittedModules(String arch) {
    loader = ModuleLoaders.of(JitAlloc.newImage("image-" + arch, arch));
    places =
        switch (arch) {
          case "amd64" -> new FittedAmd64();
          case "arm64" -> new FittedArm64();
          case "s390x" -> new FittedS390();
          default -> throw new IllegalArgumentException("nothing is known of " + arch);
        };
    options =
        LoadOptions.DEFAULTS
            .withAllowMissing(true)
            .withKeepInit(true)
            .withCpuFeatures(places.features());
  }

  /** Does it; the arguments are an architecture and the folder of its modules. */
  public static void main(String[] args) throws IOException {
    var modules = new FittedModules(args[0]);
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of(args[1]))) {
      files = all.filter(file -> file.toString().endsWith(".ko")).sorted().toList();
    }
    for (Path file : files) {
      modules.check(file);
    }
    System.out.printf(
        "%s: %d modules, %d refused; %s; %d wrong%n",
        args[0],
        files.size(),
        modules.refused.size(),
        modules.places.counts(),
        modules.places.wrong().size());
    modules.refused.stream().limit(5).forEach(System.out::println);
    modules.places.wrong().stream().limit(20).forEach(System.out::println);
    if (files.isEmpty() || !modules.refused.isEmpty() || !modules.places.wrong().isEmpty()) {
      System.exit(1);
    }
  }

  private void check(Path file) throws IOException {
    var relocated = new ArrayList<Relocated>();
    try {
      LoadedModule module = loader.load(file, options.withObserver(relocated::add));
      places.check(new FittedModule(file, module, relocated.getFirst()));
      module.unload(true);
    } catch (ModuleException refusal) {
      refused.add(String.valueOf(refusal.getMessage()));
    }
  }
}
