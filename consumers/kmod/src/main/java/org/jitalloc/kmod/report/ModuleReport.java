package org.jitalloc.kmod.report;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jitalloc.ModMemType;
import org.jitalloc.Target;

/**
 * The result of loading all modules of a folder.
 *
 * @param target the target
 * @param files the number of modules
 * @param fileBytes the sum of the sizes of the files that were loaded, in bytes
 * @param loaded the number of modules that were loaded
 * @param refused the modules that were not
 * @param byType the use of each memory type; types without memory are absent
 * @param packed the use of slabs
 * @param links the numbers of relocations, slots and symbols
 * @param times the durations
 * @param curve the growth of memory, from no module to all of them
 * @param reach the number of modules that are near to each other
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

  /** Copies the collections. */
  public ModuleReport {
    refused = List.copyOf(refused);
    byType = byType.isEmpty() ? Map.of() : new EnumMap<>(byType);
    curve = List.copyOf(curve);
  }

  /**
   * A module that was not loaded.
   *
   * @param file its path in the folder
   * @param why the reason, for people
   */
  public record Refused(String file, String why) {}

  /**
   * The use of a memory type.
   *
   * @param regions the number of modules with memory of the type
   * @param bytes the sum of the requested sizes
   * @param pageBytes the sum of the sizes in whole pages of 4 KiB, as without packing
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
   * @param reservedBytes the address space of slabs
   * @param usedBytes the sum of the requested sizes
   * @param paddingBytes the bytes that rounding adds
   * @param slabs the number of slabs
   */
  public record Packed(long reservedBytes, long usedBytes, long paddingBytes, int slabs) {}

  /**
   * The links of modules to each other and to the kernel.
   *
   * @param relocations the number of relocations that were applied
   * @param gotSlots the number of slots with addresses (GOT)
   * @param pltSlots the number of slots with branches (PLT)
   * @param pltModules the number of modules with slots with branches
   * @param symbols the number of symbols that are kept
   * @param exports the number of exported symbols
   */
  public record Links(
      long relocations, long gotSlots, long pltSlots, int pltModules, long symbols, long exports) {}

  /**
   * The durations.
   *
   * @param scan the time to read and sort the modules
   * @param load the time to load them one after the other
   */
  public record Times(Duration scan, Duration load) {}

  /**
   * The memory at one point of the run.
   *
   * @param modules the number of loaded modules
   * @param packedBytes the address space of slabs
   * @param pageBytes the size of the same modules in whole pages
   */
  public record Point(int modules, long packedBytes, long pageBytes) {}

  /**
   * The number of modules that fit into an address range.
   *
   * @param windowBytes the size of the range
   * @param near the number of modules whose memory is within this distance of the code of the first
   * @param packedFit the number of modules that are loaded until slabs are larger than the range
   * @param pagesFit the number of modules that are loaded until whole pages would be larger than
   *     the range
   */
  public record Reach(long windowBytes, int near, int packedFit, int pagesFit) {}

  /**
   * Returns the sum of the use of init types, or of the other types.
   *
   * @param init whether init types are summed up
   * @return the sum
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
