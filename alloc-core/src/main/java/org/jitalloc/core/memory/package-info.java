/** A target: the allocations of an address space, their life, their readers and their pokes. */
@NullMarked
package org.jitalloc.core.memory;

import org.jspecify.annotations.NullMarked;
