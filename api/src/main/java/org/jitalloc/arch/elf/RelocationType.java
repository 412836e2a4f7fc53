package org.jitalloc.arch.elf;

/**
 * A type of relocation.
 *
 * @param number its number in {@code r_info}
 * @param name its name in the psABI, such as {@code R_X86_64_PC32}
 * @param fieldBytes how many bytes it reads and writes at its place; 0 if none
 */
public record RelocationType(int number, String name, int fieldBytes) {}
