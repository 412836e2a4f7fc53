/** Long random use with changing mixes of sizes: the growth of fragmentation. */
@NullMarked
package org.jitalloc.bench.creep;

import org.jspecify.annotations.NullMarked;
