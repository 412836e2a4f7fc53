/** Trampolines: made, found again, taken away. */
@NullMarked
package org.jitalloc.ftrace.tracer;

import org.jspecify.annotations.NullMarked;
