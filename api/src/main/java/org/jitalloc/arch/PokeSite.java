package org.jitalloc.arch;

/**
 * One place to be changed. The arrays are not to be modified.
 *
 * @param address where the instruction starts
 * @param oldBytes what stands there
 * @param newBytes what is to stand there, of the same length
 */
public record PokeSite(long address, byte[] oldBytes, byte[] newBytes) {}
