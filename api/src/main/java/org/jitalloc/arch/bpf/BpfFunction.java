package org.jitalloc.arch.bpf;

/**
 * A function of a program: a run of instructions that is entered at its first one by a local call
 * (or, the first function, by the caller of the program), and that no jump enters or leaves.
 *
 * @param first the index of its first instruction
 * @param end the index behind its last instruction
 */
public record BpfFunction(int first, int end) {}
