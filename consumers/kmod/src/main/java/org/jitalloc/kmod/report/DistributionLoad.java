package org.jitalloc.kmod.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jitalloc.AllocatorStats;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.kmod.depmod.Depmod;
import org.jitalloc.kmod.depmod.ModuleFile;
import org.jitalloc.kmod.depmod.ModuleIndex;
import org.jitalloc.kmod.report.ModuleReport.Links;
import org.jitalloc.kmod.report.ModuleReport.Packed;
import org.jitalloc.kmod.report.ModuleReport.Point;
import org.jitalloc.kmod.report.ModuleReport.Reach;
import org.jitalloc.kmod.report.ModuleReport.Refused;
import org.jitalloc.kmod.report.ModuleReport.Times;
import org.jitalloc.kmod.report.ModuleReport.TypeUse;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleLoader;

/**
 * Loads all modules of a folder, each after its dependencies, measures their memory, and unloads
 * them. For one thread and one run.
 */
public final class DistributionLoad {
  private static final int POINTS = 200;

  private final ModuleLoader loader;
  private final JitAllocator allocator;
  private final Progress progress;
  private final long windowBytes;
  private final Map<ModMemType, TypeUse> byType = new EnumMap<>(ModMemType.class);
  private final List<LoadedModule> modules = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private final List<Point> curve = new ArrayList<>();
  private long pageBytes;
  private long fileBytes;
  private int noted;
  private int near;
  private int packedFit;
  private int pagesFit;

  /** Is notified of the progress. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Is notified.
     *
     * @param done the number of modules that were loaded or refused
     * @param of the number of modules
     */
    void at(int done, int of);
  }

  /**
   * Creates a run.
   *
   * @param loader the loader, without modules
   * @param allocator the allocator of the target of the loader
   * @param windowBytes the size of the address range whose use is reported, in bytes
   * @param progress is notified of the progress
   */
  public DistributionLoad(
      ModuleLoader loader, JitAllocator allocator, long windowBytes, Progress progress) {
    this.loader = loader;
    this.allocator = allocator;
    this.windowBytes = windowBytes;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @param folder the folder with modules below it
   * @param options how modules are loaded
   * @return the report
   * @throws ModuleException if the folder cannot be read
   */
  public ModuleReport run(Path folder, LoadOptions options) {
    long start = System.nanoTime();
    ModuleIndex index = Depmod.scan(folder);
    List<ModuleFile> files = inOrder(index);
    long scanned = System.nanoTime();
    long loading = 0;
    try {
      curve.add(new Point(0, 0, 0));
      for (int i = 0; i < files.size(); i++) {
        long before = System.nanoTime();
        boolean isLoaded = load(folder, files.get(i), options);
        loading += System.nanoTime() - before;
        if (isLoaded) {
          note(i + 1, files.size());
        }
        progress.at(i + 1, files.size());
      }
      var times = new Times(Duration.ofNanos(scanned - start), Duration.ofNanos(loading));
      return report(files.size(), times);
    } finally {
      modules.reversed().forEach(module -> module.unload(true));
    }
  }

  /** Each module after its dependencies. */
  private static List<ModuleFile> inOrder(ModuleIndex index) {
    SequencedSet<String> order = new LinkedHashSet<>();
    for (ModuleFile file : index.modules()) {
      order.addAll(index.dependencies(file.name()));
      order.add(file.name());
    }
    return order.stream().flatMap(name -> index.module(name).stream()).toList();
  }

  private boolean load(Path folder, ModuleFile file, LoadOptions options) {
    try {
      Path path = folder.resolve(file.path());
      modules.add(loader.load(path, options));
      fileBytes += path.toFile().length();
      return true;
    } catch (ModuleException why) {
      refused.add(new Refused(file.path(), String.valueOf(why.getMessage())));
      return false;
    }
  }

  /** Adds the memory of the last module to the sums. */
  private void note(int done, int of) {
    noted++;
    LoadedModule module = modules.getLast();
    pageBytes += addTypes(module);
    near += isNear(module) ? 1 : 0;
    pagesFit += pageBytes <= windowBytes ? 1 : 0;
    boolean isPoint = done % Math.max(1, of / POINTS) == 0 || done == of;
    if (isPoint || packedFit == noted - 1) {
      long packed = allocator.stats().reservedBytes();
      packedFit = packed <= windowBytes ? noted : packedFit;
      if (isPoint) {
        curve.add(new Point(noted, packed, pageBytes));
      }
    }
  }

  /**
   * Adds the memory of a module by type. {@return the bytes that stay after initialisation, in
   * whole pages}
   */
  private long addTypes(LoadedModule module) {
    long pages = 0;
    for (ModMemType type : ModMemType.values()) {
      long bytes = module.loadedBytes(type);
      if (bytes > 0) {
        byType.merge(type, TypeUse.NONE.plus(bytes), (sum, _) -> sum.plus(bytes));
        pages += type.isInit() ? 0 : TypeUse.pages(bytes);
      }
    }
    return pages;
  }

  private boolean isNear(LoadedModule module) {
    List<JitMemory> first = modules.getFirst().memories();
    return first.isEmpty()
        || module.memories().stream()
            .allMatch(m -> Math.abs(m.address() - first.getFirst().address()) < windowBytes);
  }

  private ModuleReport report(int files, Times times) {
    AllocatorStats stats = allocator.stats();
    return new ModuleReport(
        loader.target(),
        files,
        fileBytes,
        modules.size(),
        refused,
        byType,
        new Packed(stats.reservedBytes(), stats.usedBytes(), stats.paddingBytes(), stats.slabs()),
        links(),
        times,
        curve,
        new Reach(windowBytes, near, packedFit, pagesFit));
  }

  private Links links() {
    return new Links(
        modules.stream().mapToLong(LoadedModule::relocations).sum(),
        modules.stream().mapToLong(LoadedModule::gotSlots).sum(),
        modules.stream().mapToLong(LoadedModule::pltSlots).sum(),
        (int) modules.stream().filter(module -> module.pltSlots() > 0).count(),
        modules.stream().mapToLong(module -> module.symbols().count()).sum(),
        modules.stream().mapToLong(module -> module.exports().size()).sum());
  }
}
