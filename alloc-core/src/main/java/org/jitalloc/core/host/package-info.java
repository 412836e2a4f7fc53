/**
 * Memory of this process: system calls, the ways to executable memory, what protects it, and the
 * signal handler that carries threads over pokes.
 *
 * <p>Settings ({@link org.jitalloc.core.host.HostOptions}): {@code jitalloc.memory.mode} (auto,
 * hugetlb, shmem-thp, anon-thp, memfd, mprotect), {@code jitalloc.protect.alias} (auto, none,
 * pkeys, mprotect), {@code jitalloc.protect.seal} and {@code jitalloc.protect.guards} (true,
 * false).
 */
@NullMarked
package org.jitalloc.core.host;

import org.jspecify.annotations.NullMarked;
