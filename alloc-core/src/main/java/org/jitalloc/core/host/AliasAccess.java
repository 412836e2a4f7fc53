package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Access to the writable alias of executable pages, which is protected between writes. Ranges
 * consist of whole pages. Thread-safe.
 */
interface AliasAccess {

  /** Does not protect the alias. */
  AliasAccess NONE =
      new AliasAccess() {
        @Override
        public void protect(long address, long bytes) {}

        @Override
        public void enableWrites(long address, long bytes) {}

        @Override
        public void disableWrites(long address, long bytes) {}

        @Override
        public String description() {
          return "";
        }
      };

  /** Protects pages that were mapped readable and writable. */
  void protect(long address, long bytes);

  /**
   * Allows the current thread to access a range until it calls {@link #disableWrites}. After an
   * exception the range is protected, and the thread must not call {@link #disableWrites}.
   */
  void enableWrites(long address, long bytes);

  /** Protects a range that the current thread has enabled. */
  void disableWrites(long address, long bytes);

  /** {@return the protection, for the description of the memory mode; empty if there is none} */
  String description();

  /**
   * Creates the access that a protection requires.
   *
   * @param os the system calls
   * @param resources takes ownership of a protection key
   * @param protection the configured protection
   * @return the access
   * @throws JitAllocException UNSUPPORTED if this machine does not have the protection
   */
  static AliasAccess of(SystemCalls os, ResourceStack resources, AliasProtection protection) {
    return switch (protection) {
      case NONE -> NONE;
      case MPROTECT -> new MprotectAccess(os);
      case PKEYS -> {
        try {
          yield new PkeyAccess(os, resources);
        } catch (JitAllocException failure) {
          throw new JitAllocException(
              Reason.UNSUPPORTED,
              "%s=pkeys, but this machine has no protection keys: %s"
                  .formatted(AliasProtection.SETTING, failure.getMessage()),
              failure);
        }
      }
      case AUTO -> {
        ResourceStack attempt = resources.nested();
        try {
          yield new PkeyAccess(os, attempt);
        } catch (JitAllocException noKeys) {
          attempt.tryClose();
          yield NONE;
        }
      }
    };
  }
}
