package org.jitalloc;

/**
 * One change of live code.
 *
 * @param memory the code; its handle is the right to change it
 * @param offset where the instruction starts, in bytes from the start of the allocation
 * @param expected what stands there now; anything else there, and nothing is changed
 * @param replacement what is to stand there, of the same length
 */
public record Poke(JitMemory memory, long offset, Instruction expected, Instruction replacement) {}
