/** Replays traces on the allocator of this process. */
@NullMarked
package org.jitalloc.bench.replay;

import org.jspecify.annotations.NullMarked;
