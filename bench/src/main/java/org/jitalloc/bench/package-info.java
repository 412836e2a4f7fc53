/** The benchmarks' command line: one class a subcommand. */
@NullMarked
package org.jitalloc.bench;

import org.jspecify.annotations.NullMarked;
