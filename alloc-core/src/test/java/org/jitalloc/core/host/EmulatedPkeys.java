package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.TreeMap;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * System calls with one protection key, which mprotect emulates, for machines without protection
 * keys. A write without rights ends the process, as with a real key. The rights apply to the whole
 * process instead of a thread, so only one thread may write.
 */
final class EmulatedPkeys {

  private static final int KEY = 3;

  private final SystemCalls real = new LinuxCalls();

  /** The ranges with the key: lengths by first address. */
  private final TreeMap<Long, Long> guarded = new TreeMap<>();

  private boolean allocated;
  private int currentDisabled = PKEY_DISABLE_ACCESS;

  private EmulatedPkeys() {}

  static SystemCalls calls() {
    var keys = new EmulatedPkeys();
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

  private int allocate(int disabledRights) {
    require(!allocated);
    allocated = true;
    currentDisabled = disabledRights;
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

  private void set(int key, int disabledRights) {
    require(allocated && key == KEY);
    currentDisabled = disabledRights;
    guarded.forEach(this::protect);
  }

  private void protect(long address, long bytes) {
    real.mprotect(address, bytes, currentDisabled == 0 ? PROT_READ | PROT_WRITE : PROT_NONE);
  }

  private static void require(boolean condition) {
    if (!condition) {
      var cause = new Errno(Errno.EINVAL, "no such key");
      throw new JitAllocException(Reason.SYSTEM, "pkey: " + cause.getMessage(), cause);
    }
  }
}
