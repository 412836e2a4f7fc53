package org.jitalloc.arch.arm64.elf;

/**
 * Where slots for branches may be.
 *
 * @param part the part of the object; -1 if there is none
 * @param slots how many there may be
 */
record PltRoom(int part, int slots) {}
