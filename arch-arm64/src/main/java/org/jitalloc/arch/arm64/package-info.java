/** What arm64 knows for the allocator: where memory may be, and how code is changed. Internal. */
@NullMarked
package org.jitalloc.arch.arm64;

import org.jspecify.annotations.NullMarked;
