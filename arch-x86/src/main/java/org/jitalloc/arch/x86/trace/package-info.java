/** Call sites and breakpoints of x86-64 code. */
@NullMarked
package org.jitalloc.arch.x86.trace;

import org.jspecify.annotations.NullMarked;
