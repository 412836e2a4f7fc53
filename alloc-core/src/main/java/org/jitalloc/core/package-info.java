/** How targets come and go: as services of an OSGi framework, and on a plain class path. */
@NullMarked
package org.jitalloc.core;

import org.jspecify.annotations.NullMarked;
