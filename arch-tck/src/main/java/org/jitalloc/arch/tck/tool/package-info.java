/** The tools that emitted code is compared with: none of them is ours. */
@NullMarked
package org.jitalloc.arch.tck.tool;

import org.jspecify.annotations.NullMarked;
