/**
 * The address space of this process: system calls, memory modes, protections, and the signal
 * handler that emulates instructions for threads that trap at a poke.
 *
 * <p>Settings ({@link org.jitalloc.core.host.HostOptions}): {@code jitalloc.memory.mode} (auto,
 * hugetlb, shmem-thp, memfd-collapse, anon-thp, memfd, mprotect), {@code jitalloc.protect.alias}
 * (auto, none, pkeys, mprotect), {@code jitalloc.protect.seal} and {@code jitalloc.protect.guards}
 * (true, false).
 */
@NullMarked
package org.jitalloc.core.host;

import org.jspecify.annotations.NullMarked;
