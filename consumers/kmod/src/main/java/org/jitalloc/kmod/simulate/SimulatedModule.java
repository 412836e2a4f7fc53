package org.jitalloc.kmod.simulate;

import java.util.List;
import org.jitalloc.modules.stats.ImageBytes;

/**
 * A module as far as a simulation needs it.
 *
 * @param name its name
 * @param fileBytes of its file
 * @param memoryBytes of its memories, in whole pages
 * @param textBytes of its text and init text, in whole pages
 * @param needs what has to be loaded before it
 */
record SimulatedModule(
    String name, long fileBytes, long memoryBytes, long textBytes, List<String> needs) {
  ImageBytes image() {
    return ImageBytes.plain(fileBytes);
  }
}
