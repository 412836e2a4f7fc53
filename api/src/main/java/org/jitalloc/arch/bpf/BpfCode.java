package org.jitalloc.arch.bpf;

import java.util.List;

/**
 * A compiled program. The arrays are not to be modified.
 *
 * @param bytes position-independent machine code
 * @param entry the offset of its entry point in bytes
 * @param patchSite the offset in bytes of an instruction without effect, of the length of a patch
 *     site, at the entry point, before any register or the stack changes: a jump that is poked
 *     there replaces the program by another one. The call site follows it if {@link
 *     BpfSource#callSite}, idle as {@link org.jitalloc.arch.trace.CallSites} prepare it, with the
 *     registers and the stack of the caller
 * @param insnOffsets the offset in bytes of the code of each instruction; the code of instruction i
 *     ends where that of i + 1 begins
 * @param stopSites the stop sites, one for each of {@link BpfOp#pollPoints}; none if the program
 *     counts its steps, because it then tests at each of these points
 */
public record BpfCode(
    byte[] bytes, int entry, int patchSite, int[] insnOffsets, List<BpfStopSite> stopSites) {}
