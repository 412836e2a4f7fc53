package org.jitalloc.kmod.report;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.ModMemType;
import org.jitalloc.Target;

/**
 * What came of loading all modules of a folder.
 *
 * @param target where to
 * @param files how many there are
 * @param fileBytes the sizes of those that were loaded, summed up
 * @param loaded how many were loaded
 * @param refused those that were not
 * @param byType what each type of memory takes; types without memory are absent
 * @param packed what the modules take as they are placed
 * @param links what was done to bind them
 * @param times how long it took
 * @param curve how memory grew, from nothing to all of them
 * @param reach how many are near to each other
 */
public record ModuleReport(
    Target target,
    int files,
    long fileBytes,
    int loaded,
    List<Refused> refused,
    Map<ModMemType, TypeUse> byType,
    Packed packed,
    Links links,
    Times times,
    List<Point> curve,
    Reach reach) {

  /** Copies. */
  public ModuleReport {
    refused = List.copyOf(refused);
    byType = byType.isEmpty() ? Map.of() : new EnumMap<>(byType);
    curve = List.copyOf(curve);
  }

  /**
   * A module that was not loaded.
   *
   * @param file its path in the folder
   * @param why what is wrong
   */
  public record Refused(String file, String why) {}

  /**
   * What a type of memory takes.
   *
   * @param regions how many modules have such memory
   * @param bytes what they ask for
   * @param pageBytes what that is if each has whole pages of 4 KiB, as without packing
   */
  public record TypeUse(int regions, long bytes, long pageBytes) {
    static final TypeUse NONE = new TypeUse(0, 0, 0);

    TypeUse plus(long more) {
      return new TypeUse(regions + 1, bytes + more, pageBytes + pages(more));
    }

    /** Rounds up to whole pages. */
    static long pages(long bytes) {
      return bytes + 4095 & -4096;
    }
  }

  /**
   * The pages that modules share, when initialisation is done.
   *
   * @param reservedBytes address space in slabs
   * @param usedBytes what was asked for
   * @param paddingBytes what rounding costs
   * @param slabs how many slabs there are
   */
  public record Packed(long reservedBytes, long usedBytes, long paddingBytes, int slabs) {}

  /**
   * What binds modules to each other and to the kernel.
   *
   * @param relocations how many were applied
   * @param gotSlots how many slots hold addresses
   * @param pltSlots how many slots go on to addresses
   * @param pltModules how many modules have such
   * @param symbols how many symbols are kept
   * @param exports how many symbols are for others
   */
  public record Links(
      long relocations, long gotSlots, long pltSlots, int pltModules, long symbols, long exports) {}

  /**
   * How long it took.
   *
   * @param scan to read what each module needs, and to put them in order
   * @param load to load them, one after the other
   */
  public record Times(Duration scan, Duration load) {}

  /**
   * How much memory there was at some time.
   *
   * @param modules how many were loaded
   * @param packedBytes address space in slabs
   * @param pageBytes what the same modules take in whole pages of their own
   */
  public record Point(int modules, long packedBytes, long pageBytes) {}

  /**
   * What fits a window of addresses.
   *
   * @param windowBytes the size of the window
   * @param near how many modules have all of their memory that close to the code of the first
   * @param packedFit how many are loaded before slabs take more than the window
   * @param pagesFit how many are loaded before whole pages of their own would
   */
  public record Reach(long windowBytes, int near, int packedFit, int pagesFit) {}

  /**
   * Sums up the memory that stays, or the one that initialisation alone needs.
   *
   * @param init which
   * @return its sum
   */
  public TypeUse sum(boolean init) {
    TypeUse sum = TypeUse.NONE;
    for (var entry : byType.entrySet()) {
      if (entry.getKey().isInit() == init) {
        TypeUse use = entry.getValue();
        sum =
            new TypeUse(
                sum.regions() + use.regions(),
                sum.bytes() + use.bytes(),
                sum.pageBytes() + use.pageBytes());
      }
    }
    return sum;
  }
}
