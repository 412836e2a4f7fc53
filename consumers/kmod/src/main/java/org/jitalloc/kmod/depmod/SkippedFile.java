package org.jitalloc.kmod.depmod;

/**
 * A file that has the name of a module and is none.
 *
 * @param path from the folder, with {@code /}
 * @param why it was skipped
 */
public record SkippedFile(String path, String why) {}
