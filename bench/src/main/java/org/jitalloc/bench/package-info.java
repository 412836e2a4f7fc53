/** The command line of the benchmarks: one class for each command. */
@NullMarked
package org.jitalloc.bench;

import org.jspecify.annotations.NullMarked;
