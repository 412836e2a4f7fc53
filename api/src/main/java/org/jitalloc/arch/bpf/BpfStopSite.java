package org.jitalloc.arch.bpf;

/**
 * A site at which a run of a compiled program can be stopped: an instruction without effect, of the
 * length of a patch site. While a jump to the stub is poked there, a run that reaches it tests
 * whether it has to stop, and otherwise continues after the site.
 *
 * @param site the offset of the instruction in the code, in bytes
 * @param stub the offset of the stub in the code, in bytes
 */
public record BpfStopSite(int site, int stub) {}
