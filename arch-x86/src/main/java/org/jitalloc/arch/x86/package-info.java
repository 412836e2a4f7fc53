/**
 * What x86-64 knows for the allocator: where memory may be, and how running code is changed.
 * Internal.
 */
@NullMarked
package org.jitalloc.arch.x86;

import org.jspecify.annotations.NullMarked;
