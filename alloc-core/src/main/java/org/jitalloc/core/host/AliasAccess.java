package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** Keeps the writable side of a double mapping shut but for the moments of a write. */
interface AliasAccess {

  /** For where nothing keeps it shut. */
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

  /** Shuts pages that were mapped readable and writable. Here as below, whole pages. */
  void protect(long address, long bytes);

  /**
   * Opens pages to this thread, until it shuts them. If that fails they are shut, and need not be
   * shut again.
   */
  void enableWrites(long address, long bytes);

  /** Shuts what this thread has opened. */
  void disableWrites(long address, long bytes);

  /** {@return what keeps it shut, for people; empty if nothing does} */
  String description();

  /**
   * Makes the gate that is asked for.
   *
   * @throws JitAllocException UNSUPPORTED if this machine does not have it
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
              "no protection keys, as %s asks for: %s"
                  .formatted(AliasProtection.SETTING, failure.getMessage()),
              failure);
        }
      }
      case AUTO -> {
        ResourceStack attempt = resources.nested();
        try {
          yield new PkeyAccess(os, attempt);
        } catch (JitAllocException noKeys) {
          attempt.giveUp();
          yield NONE;
        }
      }
    };
  }
}
