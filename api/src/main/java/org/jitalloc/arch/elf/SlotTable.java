package org.jitalloc.arch.elf;

import org.jitalloc.ModMemType;

/**
 * A table of slots that an object needs besides the content of its file.
 *
 * @param name {@code got}, {@code plt}, or the name of the section
 * @param section the section whose content it replaces: the section has this size and alignment and
 *     is code; or {@link #NO_SECTION} if the table is a part of its own, which precedes the
 *     sections of its memory
 * @param memory the memory type, if it is no section
 * @param bytes its size in bytes
 * @param alignBytes its alignment in bytes, a power of two
 */
public record SlotTable(String name, int section, ModMemType memory, int bytes, int alignBytes) {
  /** No section. */
  public static final int NO_SECTION = -1;
}
