/** The tracer of one target: who wants what, and what is done about it. */
@NullMarked
package org.jitalloc.ftrace.run;

import org.jspecify.annotations.NullMarked;
