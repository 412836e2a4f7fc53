/** The stack of the calling thread: how much is left, and where it ends. */
@NullMarked
package org.jitalloc.core.stack;

import org.jspecify.annotations.NullMarked;
