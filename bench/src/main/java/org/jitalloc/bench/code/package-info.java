/** Machine code that the benchmarks run. */
@NullMarked
package org.jitalloc.bench.code;

import org.jspecify.annotations.NullMarked;
