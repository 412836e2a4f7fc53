package org.jitalloc.kprobes;

/**
 * A probe of a batch.
 *
 * @param address of the instruction
 * @param request what the probe is to be
 */
public record ProbeAt(long address, ProbeRequest request) {}
