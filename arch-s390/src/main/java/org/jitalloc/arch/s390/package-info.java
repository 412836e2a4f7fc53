/**
 * What s390x knows for the allocator: where memory may be, and how code is changed that may be
 * running. Internal.
 */
@NullMarked
package org.jitalloc.arch.s390;

import org.jspecify.annotations.NullMarked;
