/** Grace periods: epoch-based reclamation of code that threads may be inside. */
@NullMarked
package org.jitalloc.core.grace;

import org.jspecify.annotations.NullMarked;
