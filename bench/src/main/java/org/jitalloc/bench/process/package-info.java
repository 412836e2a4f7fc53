/** Runs the programs of benchmarks. */
@NullMarked
package org.jitalloc.bench.process;

import org.jspecify.annotations.NullMarked;
