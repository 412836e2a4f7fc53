/** Machine code of the benchmarks. */
@NullMarked
package org.jitalloc.bench.code;

import org.jspecify.annotations.NullMarked;
