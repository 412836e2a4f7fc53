/** Call sites and breakpoints of s390x code. */
@NullMarked
package org.jitalloc.arch.s390.trace;

import org.jspecify.annotations.NullMarked;
