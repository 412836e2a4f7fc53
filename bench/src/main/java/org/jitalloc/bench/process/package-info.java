/** Programs that benchmarks start. */
@NullMarked
package org.jitalloc.bench.process;

import org.jspecify.annotations.NullMarked;
