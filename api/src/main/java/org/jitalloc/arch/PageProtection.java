package org.jitalloc.arch;

import org.jitalloc.ModMemType;

/** What a page allows. There is no value for writable and executable at once. */
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
   * Gives what the pages of memory of a type allow once it is published, the same on every
   * architecture that has these permissions. RO_AFTER_INIT is writable until it is sealed.
   *
   * @param type the type
   * @return what its pages allow
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

  /** {@return the letters that /proc/self/maps uses, such as {@code r-x}} */
  public String letters() {
    return letters;
  }
}
