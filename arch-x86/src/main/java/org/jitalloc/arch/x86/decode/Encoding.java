package org.jitalloc.arch.x86.decode;

/** The prefix that selects the opcode map. */
public enum Encoding {
  /** None, 0F, 0F 38 or 0F 3A: maps 0 to 3. */
  LEGACY(0),

  /** C5 or C4: maps 1 to 3. */
  VEX(4 - 1),

  /** 8F: maps 8 to 10. */
  XOP(7 - 8),

  /** 62: maps 1 to 3, 5 and 6. */
  EVEX(10 - 1);

  /** The number of opcode maps, with a gap in the numbers of EVEX. */
  static final int PAGES = 16;

  private final int pageBase;

  Encoding(int pageBase) {
    this.pageBase = pageBase;
  }

  /** {@return the number of a map among all maps} */
  int page(int map) {
    return pageBase + map;
  }

  boolean hasMap(int map) {
    return switch (this) {
      case LEGACY -> map >= 0 && map <= 3;
      case VEX -> map >= 1 && map <= 3;
      case XOP -> map >= 8 && map <= 10;
      case EVEX -> map >= 1 && map <= 6 && map != 4;
    };
  }
}
