package org.jitalloc.arch.bpf;

/**
 * Where a run of a compiled program can be stopped. An instruction that does nothing stands there,
 * of the length of a patch site. While a jump to the stub is poked over it, a run that comes there
 * looks whether it is to stop, and otherwise goes on behind the site.
 *
 * @param site the offset of the instruction in the code
 * @param stub the offset of the stub in the code
 */
public record BpfStopSite(int site, int stub) {}
