package org.jitalloc.arch.elf;

import org.jitalloc.ModMemType;

/**
 * Room for slots that an object needs besides what its file holds.
 *
 * @param name what it is: {@code got}, {@code plt}, or the name of the section
 * @param section the section that it is the content of, in place of what the file says: it has this
 *     size and alignment and is code; or {@link #NO_SECTION} if it is a part of its own, which
 *     comes before the sections of its memory
 * @param memory the memory that it is in, if it is no section
 * @param bytes its size
 * @param alignBytes its alignment, a power of two
 */
public record SlotTable(String name, int section, ModMemType memory, int bytes, int alignBytes) {
  /** Stands for no section. */
  public static final int NO_SECTION = -1;
}
