/** Records of call sites: sorted, found, counted. */
@NullMarked
package org.jitalloc.ftrace.site;

import org.jspecify.annotations.NullMarked;
