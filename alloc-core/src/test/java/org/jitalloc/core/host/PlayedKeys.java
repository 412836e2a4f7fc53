package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.TreeMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * System calls with one protection key, on a machine that may have none. Rights are a thread's; the
 * key is played by permissions, so that a write without rights ends the process as it would: for
 * tests with one thread.
 */
final class PlayedKeys {

  private static final int KEY = 3;

  private final SystemCalls real = new LinuxCalls();

  /** What has the key, by its start. */
  private final TreeMap<Long, Long> guarded = new TreeMap<>();

  private boolean allocated;
  private int takenAway = PKEY_DISABLE_ACCESS;

  private PlayedKeys() {}

  static SystemCalls calls() {
    var keys = new PlayedKeys();
    return (SystemCalls)
        Proxy.newProxyInstance(
            SystemCalls.class.getClassLoader(),
            new Class<?>[] {SystemCalls.class},
            (_, method, args) -> {
              switch (method.getName()) {
                case "pkeyAlloc" -> {
                  return keys.allocate((int) args[0]);
                }
                case "pkeyFree" -> keys.free((int) args[0]);
                case "pkeyMprotect" -> keys.guard((long) args[0], (long) args[1], (int) args[3]);
                case "pkeySet" -> keys.set((int) args[0], (int) args[1]);
                default -> {
                  if (method.getName().equals("mmap")) {
                    keys.guarded.remove((long) args[0]);
                  }
                  try {
                    return method.invoke(keys.real, args);
                  } catch (InvocationTargetException failure) {
                    throw failure.getCause();
                  }
                }
              }
              return null;
            });
  }

  private int allocate(int rightsTakenAway) {
    require(!allocated);
    allocated = true;
    takenAway = rightsTakenAway;
    return KEY;
  }

  private void free(int key) {
    require(allocated && key == KEY);
    allocated = false;
  }

  private void guard(long address, long bytes, int key) {
    require(allocated && key == KEY);
    guarded.put(address, bytes);
    protect(address, bytes);
  }

  private void set(int key, int rightsTakenAway) {
    require(allocated && key == KEY);
    takenAway = rightsTakenAway;
    guarded.forEach(this::protect);
  }

  private void protect(long address, long bytes) {
    real.mprotect(address, bytes, takenAway == 0 ? PROT_READ | PROT_WRITE : PROT_NONE);
  }

  private static void require(boolean condition) {
    if (!condition) {
      var cause = new Errno(Errno.EINVAL, "no such key");
      throw new JitAllocException(Reason.SYSTEM, "pkey: " + cause.getMessage(), cause);
    }
  }
}
