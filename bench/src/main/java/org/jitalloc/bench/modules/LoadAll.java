package org.jitalloc.bench.modules;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.plain.ModuleLoaders;
import org.jspecify.annotations.Nullable;

/** Loads modules into an image, in a separate JVM, and prints the results in one line. */
public final class LoadAll {
  private final ModuleLoader loader;
  private final Iterator<String> files;
  private final List<LoadedModule> modules = new ArrayList<>();
  private int refused;

  private LoadAll(ModuleLoader loader, List<String> files) {
    this.loader = loader;
    this.files = files.iterator();
  }

  /**
   * Loads modules.
   *
   * @param args a file that lists modules, the number of threads, and whether the heap is measured,
   *     which takes two collections
   * @throws IOException if the list cannot be read
   * @throws InterruptedException if the thread is interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    List<String> files = Files.readAllLines(Path.of(args[0]));
    JitAllocator image = JitAlloc.newImage("image-amd64", "amd64");
    var all = new LoadAll(ModuleLoaders.of(image), files);
    long runningFor = ManagementFactory.getRuntimeMXBean().getUptime();
    long start = System.nanoTime();
    all.load(Integer.parseInt(args[1]));
    double seconds = (System.nanoTime() - start) / 1e9;
    all.print(runningFor, seconds, image.stats(), Boolean.parseBoolean(args[2]) ? heapBytes() : 0);
  }

  private void load(int threads) throws InterruptedException {
    var others = new ArrayList<Thread>();
    for (int i = 1; i < threads; i++) {
      others.add(Thread.ofPlatform().start(this::loadWhatIsLeft));
    }
    loadWhatIsLeft();
    for (Thread other : others) {
      other.join();
    }
  }

  private void loadWhatIsLeft() {
    LoadOptions options = LoadOptions.DEFAULTS.withAllowMissing(true).withKeepInit(true);
    for (String file = next(); file != null; file = next()) {
      try {
        add(loader.load(Path.of(file), options));
      } catch (ModuleException refusal) {
        refuse(refusal);
      }
    }
  }

  private synchronized @Nullable String next() {
    return files.hasNext() ? files.next() : null;
  }

  private synchronized void add(LoadedModule module) {
    modules.add(module);
  }

  private synchronized void refuse(ModuleException refusal) {
    refused++;
    System.err.println(refusal.getMessage());
  }

  private static long heapBytes() {
    for (int i = 0; i < 2; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private void print(long runningFor, double seconds, AllocatorStats stats, long heap) {
    System.out.printf(
        "%d %d %d %d %.3f %d %d %d%n",
        loader.modules().size(),
        refused,
        modules.stream().mapToLong(LoadedModule::relocations).sum(),
        runningFor,
        seconds,
        modules.stream().mapToLong(LoadedModule::bytes).sum(),
        stats.reservedBytes(),
        heap);
  }
}
