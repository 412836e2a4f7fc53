package org.jitalloc.core.target;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ServiceLoader;
import org.jitalloc.arch.Arch;
import org.jitalloc.core.grace.GracePeriod;
import org.jitalloc.core.host.HostOptions;
import org.jitalloc.core.host.HostSpace;

/**
 * Code that is freed while a thread may run it, reduced to two fields and the order of accesses.
 */
final class Code {
  private static final VarHandle LIVE;
  private static final VarHandle BYTES;
  private static final int LOOKS = 500;

  static {
    try {
      LIVE = MethodHandles.lookup().findVarHandle(Code.class, "live", boolean.class);
      BYTES = MethodHandles.lookup().findVarHandle(Code.class, "bytes", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** The results of a run. */
  static final int REFUSED = -1;

  static final int CLEARED = 0;
  static final int INTACT = 1;

  @SuppressWarnings("unused") // by LIVE
  private boolean live = true;

  @SuppressWarnings("unused") // by BYTES
  private int bytes = INTACT;

  /** {@return the barrier of this machine} */
  static Runnable barrier() {
    Arch arch =
        ServiceLoader.load(Arch.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(candidate -> candidate.osArchNames().contains(System.getProperty("os.arch")))
            .findFirst()
            .orElseThrow();
    return HostSpace.open(arch, HostOptions.of("auto"))::barrier;
  }

  /** Runs it. {@return the result} */
  int run(GracePeriod grace) {
    GracePeriod.Slot slot = grace.enter();
    try {
      if (!(boolean) LIVE.getAcquire(this)) {
        return REFUSED;
      }
      int met = INTACT;
      for (int n = 0; n < LOOKS; n++) {
        met &= (int) BYTES.getOpaque(this);
      }
      return met;
    } finally {
      GracePeriod.exit(slot);
    }
  }

  /** Frees it, and clears it after the grace period. */
  void free(GracePeriod grace) {
    LIVE.setRelease(this, false);
    grace.retire(() -> BYTES.setOpaque(this, CLEARED));
  }
}
