package org.jitalloc.core.host;

import java.util.Locale;

/** How the writable alias of executable pages is protected between writes. */
public enum AliasProtection {
  /** {@link #PKEYS} if the processor and the C library have protection keys, otherwise NONE. */
  AUTO,
  /** No protection. The address of the alias is the only secret. */
  NONE,
  /**
   * A protection key of the processor (pkeys(7)). Only the thread that writes has access. Costs
   * about ten nanoseconds per write.
   */
  PKEYS,
  /** PROT_NONE between writes (mprotect(2)). Costs microseconds per write. */
  MPROTECT;

  /** The name of the setting that selects the protection. */
  static final String SETTING = "jitalloc.protect.alias";

  /** {@return the name that the configuration uses} */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
