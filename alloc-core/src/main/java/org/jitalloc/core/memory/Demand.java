package org.jitalloc.core.memory;

import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.core.pack.Zone;

/**
 * What a type and a purpose lead to.
 *
 * @param alignBytes the least alignment
 * @param unitBytes what no two blocks share: sealing is by page, so what is sealed has its own
 */
record Demand(
    ModMemType type,
    Purpose purpose,
    JitAllocParams params,
    Zone zone,
    long alignBytes,
    long unitBytes) {}
