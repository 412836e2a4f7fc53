package org.jitalloc.console;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAllocator;
import org.jitalloc.MemoryMode;

/** Describes memory modes. */
public final class MemoryModes {
  private MemoryModes() {}

  /**
   * Describes the memory mode of a target and the modes that were rejected.
   *
   * @param allocator the allocator of the target
   * @return lines, for people
   */
  public static List<String> describe(JitAllocator allocator) {
    MemoryMode mode = allocator.memoryMode();
    var lines = new ArrayList<String>();
    lines.add("%s: %s, %s".formatted(allocator.target().name(), mode.name(), mode.reason()));
    for (var rejected : mode.rejected()) {
      lines.add("  not %s: %s".formatted(rejected.name(), rejected.reason()));
    }
    return lines;
  }
}
