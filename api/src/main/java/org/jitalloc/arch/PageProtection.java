package org.jitalloc.arch;

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
