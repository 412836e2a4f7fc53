/** OSGi components: targets, images and rules by Declarative Services and Config Admin. */
@NullMarked
package org.jitalloc.core.ds;

import org.jspecify.annotations.NullMarked;
