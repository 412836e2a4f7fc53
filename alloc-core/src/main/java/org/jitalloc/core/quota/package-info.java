/**
 * Owners, their usage and their limits: the only place where a limit is checked. Usage is counted
 * by shard; a limit that several shards share gives them credit.
 */
@NullMarked
package org.jitalloc.core.quota;

import org.jspecify.annotations.NullMarked;
