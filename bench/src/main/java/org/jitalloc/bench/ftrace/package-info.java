/** What tracing costs: the traced call, the call that is not traced, and switching many sites. */
@NullMarked
package org.jitalloc.bench.ftrace;

import org.jspecify.annotations.NullMarked;
