/** The call sites of x86-64 code, and the tracers that they call. */
@NullMarked
package org.jitalloc.arch.x86.trace;

import org.jspecify.annotations.NullMarked;
