/** Reclamation of freed memory: it is cleared and recycled after a grace period. */
@NullMarked
package org.jitalloc.core.reclaim;

import org.jspecify.annotations.NullMarked;
