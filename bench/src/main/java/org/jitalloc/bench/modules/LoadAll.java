package org.jitalloc.bench.modules;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.ModuleLoaders;

/** Loads modules into an image, in a JVM of its own, and prints figures in one line. */
public final class LoadAll {
  private LoadAll() {}

  /**
   * Loads.
   *
   * @param args a file that lists modules
   * @throws IOException if that cannot be read
   */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    List<String> files = Files.readAllLines(Path.of(args[0]));
    JitAllocator image = JitAlloc.newImage("image-amd64", "amd64");
    ModuleLoader loader = ModuleLoaders.of(image);
    LoadOptions options = LoadOptions.DEFAULTS.withAllowMissing(true).withKeepInit(true);
    long runningFor = ManagementFactory.getRuntimeMXBean().getUptime();
    long start = System.nanoTime();
    var modules = new ArrayList<LoadedModule>();
    int refused = 0;
    for (String file : files) {
      try {
        modules.add(loader.load(Path.of(file), options));
      } catch (ModuleException refusal) {
        refused++;
        System.err.println(refusal.getMessage());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long relocations = modules.stream().mapToLong(LoadedModule::relocations).sum();
    long bytes = modules.stream().mapToLong(LoadedModule::bytes).sum();
    var stats = image.stats();
    for (int i = 0; i < 2; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    // The modules are still there.
    System.out.printf(
        "%d %d %d %d %.3f %d %d %d%n",
        loader.modules().size(),
        refused,
        relocations,
        runningFor,
        seconds,
        bytes,
        stats.reservedBytes(),
        heap);
  }
}
