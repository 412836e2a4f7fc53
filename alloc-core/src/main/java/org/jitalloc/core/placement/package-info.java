/**
 * Placement of allocations: the parameters of the architecture become zones of {@link
 * org.jitalloc.core.pack}.
 */
@NullMarked
package org.jitalloc.core.placement;

import org.jspecify.annotations.NullMarked;
