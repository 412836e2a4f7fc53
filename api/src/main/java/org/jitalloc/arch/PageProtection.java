package org.jitalloc.arch;

import org.jitalloc.ModMemType;

/** The accesses that a page allows. No value allows writing and executing. */
public enum PageProtection {
  /** Nothing. */
  NONE("---"),
  /** Reading. */
  RO("r--"),
  /** Reading and writing. */
  RW("rw-"),
  /** Reading and executing. */
  ROX("r-x");

  private final String letters;

  PageProtection(String letters) {
    this.letters = letters;
  }

  /**
   * Returns the protection of published memory of a type. It is the same on every architecture that
   * has these protections. RO_AFTER_INIT is writable until it is sealed.
   *
   * @param type the memory type
   * @return the protection of its pages
   */
  public static PageProtection of(ModMemType type) {
    return switch (type) {
      case TEXT, INIT_TEXT -> ROX;
      case RODATA, INIT_RODATA -> RO;
      case DATA, INIT_DATA, RO_AFTER_INIT -> RW;
    };
  }

  /** {@return whether loads are allowed} */
  public boolean readable() {
    return this != NONE;
  }

  /** {@return whether stores are allowed} */
  public boolean writable() {
    return this == RW;
  }

  /** {@return whether instruction fetches are allowed} */
  public boolean executable() {
    return this == ROX;
  }

  /** {@return the letters of /proc/self/maps, such as {@code r-x}} */
  public String letters() {
    return letters;
  }
}
