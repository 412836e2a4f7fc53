/**
 * A target: the allocations of an address space, their life, their readers and their pokes.
 *
 * <p><b>Leaks.</b> The slabs know every block, so a block is never garbage, and most users hold the
 * block itself. Of some allocations, one of 1,024 unless {@code jitalloc.leaks.sample} says
 * otherwise, they get a handle that nothing else refers to ({@link
 * org.jitalloc.core.memory.TrackedMemory}). When that is garbage before it was closed, {@link
 * org.jitalloc.core.memory.Leaks} reports who allocated it, and frees the block if {@code
 * jitalloc.leaks.reclaim} is true. A function keeps the handle it was made of, a module's set and
 * the handles of its memories keep each other.
 */
@NullMarked
package org.jitalloc.core.memory;

import org.jspecify.annotations.NullMarked;
