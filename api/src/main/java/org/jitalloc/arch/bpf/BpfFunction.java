package org.jitalloc.arch.bpf;

/**
 * A function of a program: a half-open range of instructions. A local call enters it at its first
 * instruction (the caller of the program enters the first function); no jump enters or leaves it.
 *
 * @param first the index of its first instruction
 * @param end the index after its last instruction
 */
public record BpfFunction(int first, int end) {}
