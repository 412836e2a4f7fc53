/** Calls of many small functions: what does it matter where they are? */
@NullMarked
package org.jitalloc.bench.calls;

import org.jspecify.annotations.NullMarked;
