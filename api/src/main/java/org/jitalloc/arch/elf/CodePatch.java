package org.jitalloc.arch.elf;

/**
 * A replacement of bytes in the code of a module.
 *
 * @param place the location in the code
 * @param code the new bytes from the address of the location on; not to be modified
 */
public record CodePatch(CodeFixup place, byte[] code) {}
