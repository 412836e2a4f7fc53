package org.jitalloc.arch.bpf;

/**
 * A compiled program. The arrays are not to be modified.
 *
 * @param bytes position-independent machine code
 * @param entry the offset of its function
 * @param patchSite the offset of an instruction that does nothing, of the length of a patch site,
 *     at the very start of the function, before anything was changed: a jump poked there replaces
 *     the program by another. Behind it comes the call site if {@link BpfSource#callSite}: as
 *     {@link org.jitalloc.arch.trace.CallSites} prepare it, with the registers and the stack of the
 *     caller
 * @param insnOffsets where the code of each instruction starts; the code of instruction i ends
 *     where that of i + 1 starts
 */
public record BpfCode(byte[] bytes, int entry, int patchSite, int[] insnOffsets) {}
