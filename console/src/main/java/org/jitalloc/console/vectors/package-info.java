/** Test vectors: programs with what must become of them. */
@NullMarked
package org.jitalloc.console.vectors;

import org.jspecify.annotations.NullMarked;
