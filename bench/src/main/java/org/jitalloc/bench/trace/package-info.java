/** Traces of allocations: generated, written, read, and assigned to threads. */
@NullMarked
package org.jitalloc.bench.trace;

import org.jspecify.annotations.NullMarked;
