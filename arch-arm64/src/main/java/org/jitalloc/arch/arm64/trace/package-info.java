/** The call sites of arm64 code, and the tracers that they call. */
@NullMarked
package org.jitalloc.arch.arm64.trace;

import org.jspecify.annotations.NullMarked;
