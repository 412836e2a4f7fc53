package org.jitalloc.core.memory;

import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.core.pack.Zone;

/**
 * What a type and a purpose lead to.
 *
 * @param alignBytes the least alignment
 * @param unitBytes what no two blocks share: sealing is by page, so what is sealed has its own
 * @param cell the number of type and purpose, for tables
 */
record Demand(
    ModMemType type,
    Purpose purpose,
    JitAllocParams params,
    Zone zone,
    long alignBytes,
    long unitBytes,
    int cell) {

  private static final int PURPOSES = Purpose.values().length;

  /** How many pairs of a type and a purpose there are. */
  static final int CELLS = ModMemType.values().length * PURPOSES;

  /** The number of a pair, for tables. */
  static int cell(ModMemType type, Purpose purpose) {
    return type.ordinal() * PURPOSES + purpose.ordinal();
  }
}
