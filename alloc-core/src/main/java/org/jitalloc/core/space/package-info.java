/** The operations that the allocator needs from an address space, real or modelled. */
@NullMarked
package org.jitalloc.core.space;

import org.jspecify.annotations.NullMarked;
