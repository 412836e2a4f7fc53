package org.jitalloc.arch;

/**
 * A patch site and its change. The arrays are not to be modified.
 *
 * @param address the address of the instruction
 * @param oldBytes the present bytes
 * @param newBytes the new bytes, of the same length
 */
public record PokeSite(long address, byte[] oldBytes, byte[] newBytes) {}
