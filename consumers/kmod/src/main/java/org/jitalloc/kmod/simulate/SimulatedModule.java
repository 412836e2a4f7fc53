package org.jitalloc.kmod.simulate;

import java.util.List;
import org.jitalloc.modules.stats.ImageBytes;

/**
 * A module in a simulation.
 *
 * @param name its name
 * @param fileBytes the size of its file
 * @param memoryBytes the size of its memories, in whole pages
 * @param textBytes the size of its text and init text, in whole pages
 * @param needs the modules that are loaded before it
 */
record SimulatedModule(
    String name, long fileBytes, long memoryBytes, long textBytes, List<String> needs) {
  ImageBytes image() {
    return ImageBytes.plain(fileBytes);
  }
}
