package org.jitalloc;

/**
 * What a piece of module or generated-code memory is for, named by the page permissions it wants
 * over its life.
 *
 * <p>The seven values are the kernel's {@code enum mod_mem_type} (include/linux/module.h). Types
 * that want the same permissions share pages. INIT types are needed only until the owner's
 * initialisation is done and are given back then.
 */
public enum ModMemType {
  /** Code: read-only and executable once published. */
  TEXT,
  /** Writable data, never executable. */
  DATA,
  /** Data that is read-only once published. */
  RODATA,
  /**
   * Data that is writable until the owner seals it after its initialisation, read-only from then
   * on.
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

  /** {@return whether memory of this type is given back once its owner is initialised} */
  public boolean isInit() {
    return this == INIT_TEXT || this == INIT_DATA || this == INIT_RODATA;
  }

  /** {@return whether live memory of this type stays writable until it is freed} */
  public boolean isWritable() {
    return this == DATA || this == INIT_DATA;
  }
}
