/** The call sites of s390x code, and the tracers that they call. */
@NullMarked
package org.jitalloc.arch.s390.trace;

import org.jspecify.annotations.NullMarked;
