/** Targets without OSGi. */
@NullMarked
package org.jitalloc.core.plain;

import org.jspecify.annotations.NullMarked;
