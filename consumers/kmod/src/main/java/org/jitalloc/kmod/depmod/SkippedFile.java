package org.jitalloc.kmod.depmod;

/**
 * A file with the name of a module that is none.
 *
 * @param path its path from the folder, with {@code /}
 * @param why the reason, for people
 */
public record SkippedFile(String path, String why) {}
