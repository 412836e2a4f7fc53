/** The allocator that this one is compared with, in a process of its own. */
@NullMarked
package org.jitalloc.bench.peer;

import org.jspecify.annotations.NullMarked;
