/** Traces of allocations: made, written, read, and dealt to threads. */
@NullMarked
package org.jitalloc.bench.trace;

import org.jspecify.annotations.NullMarked;
