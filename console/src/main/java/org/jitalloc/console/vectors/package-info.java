/** Test vectors: programs with their expected results. */
@NullMarked
package org.jitalloc.console.vectors;

import org.jspecify.annotations.NullMarked;
