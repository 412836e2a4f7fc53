/**
 * Packs spans of many owners into slabs: where memory is, and nothing about what it holds.
 *
 * <p>Start at {@link org.jitalloc.core.pack.Pools}. No class here reads or writes the memory it
 * gives out; address space becomes memory through {@link org.jitalloc.core.pack.SlabSource}.
 */
@NullMarked
package org.jitalloc.core.pack;

import org.jspecify.annotations.NullMarked;
