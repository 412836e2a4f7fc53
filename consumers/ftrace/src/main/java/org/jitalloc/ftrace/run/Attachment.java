package org.jitalloc.ftrace.run;

import org.jitalloc.Upcall;
import org.jitalloc.ftrace.filter.FunctionFilter;

/**
 * A callback and the functions that it is for.
 *
 * @param bit its place among the users of a site
 * @param filter the functions; all if it is empty
 * @param upcall what tracers call
 */
record Attachment(int bit, FunctionFilter filter, Upcall upcall) {}
