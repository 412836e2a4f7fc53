/** The memory that tracers write: made, read, kept. */
@NullMarked
package org.jitalloc.ftrace.ring;

import org.jspecify.annotations.NullMarked;
