package org.jitalloc.arch.arm64.elf;

/**
 * The table for slots with branches.
 *
 * @param part the part of the object; -1 if there is none
 * @param slots the capacity in slots
 */
record PltRoom(int part, int slots) {}
