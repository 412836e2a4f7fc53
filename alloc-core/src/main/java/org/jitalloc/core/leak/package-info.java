/**
 * Detection of lost handles.
 *
 * <p>The slabs reference every block, so a block is never garbage, and most users hold the block
 * itself. For some allocations, one of 1,024 unless {@code jitalloc.leaks.sample} says otherwise,
 * the user gets a separate handle, which nothing else references ({@link
 * org.jitalloc.core.block.BlockHandle}). If it is garbage before it was closed, {@link
 * org.jitalloc.core.leak.Leaks} reports the stack of the allocation, and frees the block if {@code
 * jitalloc.leaks.reclaim} is true. A function keeps its handle reachable; the set of a module and
 * the handles of its memories keep each other reachable.
 */
@NullMarked
package org.jitalloc.core.leak;

import org.jspecify.annotations.NullMarked;
