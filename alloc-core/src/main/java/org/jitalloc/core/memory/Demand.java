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

  private static final ModMemType[] TYPE_OF = new ModMemType[CELLS];
  private static final Purpose[] PURPOSE_OF = new Purpose[CELLS];

  static {
    for (ModMemType type : ModMemType.values()) {
      for (Purpose purpose : Purpose.values()) {
        TYPE_OF[cell(type, purpose)] = type;
        PURPOSE_OF[cell(type, purpose)] = purpose;
      }
    }
  }

  /** The number of a pair, for tables. A byte holds it. */
  static int cell(ModMemType type, Purpose purpose) {
    return type.ordinal() * PURPOSES + purpose.ordinal();
  }

  /** The type of a pair. */
  static ModMemType type(int cell) {
    return TYPE_OF[cell];
  }

  /** The purpose of a pair. */
  static Purpose purpose(int cell) {
    return PURPOSE_OF[cell];
  }
}
