package org.jitalloc.arch.elf;

/**
 * Bytes that are to replace others in the code of a module.
 *
 * @param place what they are for
 * @param code the bytes, which start at the address of the place; its owner does not change them
 */
public record CodePatch(CodeFixup place, byte[] code) {}
