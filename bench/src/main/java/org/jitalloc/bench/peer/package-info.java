/** The allocator for comparison, in a separate process. */
@NullMarked
package org.jitalloc.bench.peer;

import org.jspecify.annotations.NullMarked;
