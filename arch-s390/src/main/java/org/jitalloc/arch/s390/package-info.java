/** What s390x knows for the allocator: where memory may be, and a few bytes. Internal. */
@NullMarked
package org.jitalloc.arch.s390;

import org.jspecify.annotations.NullMarked;
