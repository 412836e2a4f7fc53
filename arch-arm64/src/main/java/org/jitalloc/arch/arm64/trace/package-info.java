/** Call sites and breakpoints of arm64 code. */
@NullMarked
package org.jitalloc.arch.arm64.trace;

import org.jspecify.annotations.NullMarked;
