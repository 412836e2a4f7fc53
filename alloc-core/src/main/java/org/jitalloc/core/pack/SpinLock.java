package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for sections of some tens of nanoseconds: one atomic instruction to take it, a plain store
 * to give it back. Not reentrant, not fair; who waits long naps.
 */
final class SpinLock {
  private static final VarHandle HELD;
  private static final int SPINS = 200;
  private static final long NAP_NANOS = 20_000;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  @SuppressWarnings("unused") // by HELD
  private boolean held;

  boolean tryAcquire() {
    return HELD.compareAndSet(this, false, true);
  }

  void acquire() {
    if (!tryAcquire()) {
      await();
    }
  }

  private void await() {
    for (int spins = 0; ; spins++) {
      if (!(boolean) HELD.getOpaque(this) && tryAcquire()) {
        return;
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
  }

  void release() {
    HELD.setRelease(this, false);
  }
}
