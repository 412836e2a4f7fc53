package org.jitalloc.arch.elf;

/**
 * A relocation type.
 *
 * @param number its number in {@code r_info}
 * @param name its name in the psABI, such as {@code R_X86_64_PC32}
 * @param fieldBytes the length of its field in bytes; 0 if it has none
 */
public record RelocationType(int number, String name, int fieldBytes) {}
