package org.jitalloc.core.placement;

import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.core.pack.Zone;

/**
 * How spans of one memory type and one purpose are placed.
 *
 * @param params the parameters of the architecture
 * @param zone where the spans are
 * @param alignBytes the least alignment in bytes
 * @param unitBytes a span has multiples of this for itself, in bytes: RO_AFTER_INIT memory is
 *     sealed by page, so two spans of it share no page
 */
record TypeParams(JitAllocParams params, Zone zone, long alignBytes, long unitBytes) {}
