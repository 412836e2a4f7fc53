/** Which functions: the kernel's patterns, and sets of call sites. */
@NullMarked
package org.jitalloc.ftrace.filter;

import org.jspecify.annotations.NullMarked;
