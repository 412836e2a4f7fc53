/**
 * The properties of s390x for the allocator: placement of memory and changes of live code.
 * Internal.
 */
@NullMarked
package org.jitalloc.arch.s390;

import org.jspecify.annotations.NullMarked;
