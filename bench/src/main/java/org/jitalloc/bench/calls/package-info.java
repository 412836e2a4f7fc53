/** Calls of many small functions: the effect of their placement. */
@NullMarked
package org.jitalloc.bench.calls;

import org.jspecify.annotations.NullMarked;
