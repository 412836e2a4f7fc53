/** The properties of arm64 for the allocator: placement of memory and changes of code. Internal. */
@NullMarked
package org.jitalloc.arch.arm64;

import org.jspecify.annotations.NullMarked;
