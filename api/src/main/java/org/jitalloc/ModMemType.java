package org.jitalloc;

/**
 * The type of memory, by the page protection that it needs over its life.
 *
 * <p>The seven values are those of the kernel's {@code enum mod_mem_type} (include/linux/module.h).
 * Types with the same protection share pages. Memory of INIT types is freed when the initialisation
 * of its owner has finished.
 */
public enum ModMemType {
  /** Code: read-only and executable once published. */
  TEXT,
  /** Writable data, never executable. */
  DATA,
  /** Data that is read-only once published. */
  RODATA,
  /**
   * Data that is writable until the owner seals it after its initialisation, and read-only after
   * that.
   */
  RO_AFTER_INIT,
  /** Code that is needed only during initialisation. */
  INIT_TEXT,
  /** Writable data that is needed only during initialisation. */
  INIT_DATA,
  /** Read-only data that is needed only during initialisation. */
  INIT_RODATA;

  /** {@return whether memory of this type holds instructions} */
  public boolean isText() {
    return this == TEXT || this == INIT_TEXT;
  }

  /** {@return whether memory of this type is freed when its owner is initialised} */
  public boolean isInit() {
    return this == INIT_TEXT || this == INIT_DATA || this == INIT_RODATA;
  }

  /** {@return whether live memory of this type stays writable until it is freed} */
  public boolean isWritable() {
    return this == DATA || this == INIT_DATA;
  }
}
