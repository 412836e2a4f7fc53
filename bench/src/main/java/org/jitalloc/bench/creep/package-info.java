/** Long random use whose mix of sizes changes: does what is reserved creep up? */
@NullMarked
package org.jitalloc.bench.creep;

import org.jspecify.annotations.NullMarked;
