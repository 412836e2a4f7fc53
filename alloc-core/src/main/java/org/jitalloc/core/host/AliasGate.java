package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.core.host.HostOptions.Alias;

/** Keeps the writable side of a double mapping shut but for the moments of a write. */
interface AliasGate {

  /** For where nothing keeps it shut. */
  AliasGate NONE =
      new AliasGate() {
        @Override
        public void guard(long address, long bytes) {}

        @Override
        public void open(long address, long bytes) {}

        @Override
        public void shut(long address, long bytes) {}

        @Override
        public String description() {
          return "";
        }
      };

  /** Shuts pages that were mapped readable and writable. Here as below, whole pages. */
  void guard(long address, long bytes);

  /**
   * Opens pages to this thread, until it shuts them. If that fails they are shut, and need not be
   * shut again.
   */
  void open(long address, long bytes);

  /** Shuts what this thread has opened. */
  void shut(long address, long bytes);

  /** {@return what keeps it shut, for people; empty if nothing does} */
  String description();

  /**
   * Makes the gate that is asked for.
   *
   * @throws JitAllocException UNSUPPORTED if this machine does not have it
   */
  static AliasGate of(SystemCalls os, Holdings holdings, Alias alias) {
    return switch (alias) {
      case NONE -> NONE;
      case MPROTECT -> new PermissionGate(os);
      case PKEYS -> {
        try {
          yield new KeyGate(os, holdings);
        } catch (JitAllocException failure) {
          throw new JitAllocException(
              Reason.UNSUPPORTED,
              "no protection keys, as %s asks for: %s"
                  .formatted(HostOptions.ALIAS, failure.getMessage()),
              failure);
        }
      }
      case AUTO -> {
        Holdings attempt = holdings.part();
        try {
          yield new KeyGate(os, attempt);
        } catch (JitAllocException noKeys) {
          attempt.giveUp();
          yield NONE;
        }
      }
    };
  }
}
