/** Function tracers as services. */
@NullMarked
package org.jitalloc.ftrace.ds;

import org.jspecify.annotations.NullMarked;
