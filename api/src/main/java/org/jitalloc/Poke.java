package org.jitalloc;

/**
 * A change of one instruction of live code.
 *
 * @param memory the handle of the code
 * @param offset the offset of the instruction from the start of the allocation, in bytes
 * @param expected the present instruction; if there is another one, nothing is changed
 * @param replacement the new instruction, of the same length
 */
public record Poke(JitMemory memory, long offset, Instruction expected, Instruction replacement) {}
