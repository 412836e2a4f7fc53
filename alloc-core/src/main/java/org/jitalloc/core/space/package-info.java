/** What the allocator needs of an address space, real or modelled. */
@NullMarked
package org.jitalloc.core.space;

import org.jspecify.annotations.NullMarked;
