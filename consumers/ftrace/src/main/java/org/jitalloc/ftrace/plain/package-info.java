/** The factory of function tracers for programs without an OSGi framework. */
@NullMarked
package org.jitalloc.ftrace.plain;

import org.jspecify.annotations.NullMarked;
