/** The cost of tracing: calls with and without a tracer, and the change of many sites. */
@NullMarked
package org.jitalloc.bench.ftrace;

import org.jspecify.annotations.NullMarked;
