/** Small benchmarks of single calls. */
@NullMarked
package org.jitalloc.bench.jmh;

import org.jspecify.annotations.NullMarked;
