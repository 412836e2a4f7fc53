/** Allocations: their states, their handles, and the functions that call their code. */
@NullMarked
package org.jitalloc.core.block;

import org.jspecify.annotations.NullMarked;
