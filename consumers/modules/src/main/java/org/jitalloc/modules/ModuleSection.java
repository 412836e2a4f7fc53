package org.jitalloc.modules;

import org.jitalloc.ModMemType;
import org.jspecify.annotations.Nullable;

/**
 * A section that is in memory.
 *
 * @param index its index in the file
 * @param name its name
 * @param type the memory it is in; null for per-CPU variables
 * @param address where it starts
 * @param bytes its size
 */
public record ModuleSection(
    int index, String name, @Nullable ModMemType type, long address, int bytes) {}
