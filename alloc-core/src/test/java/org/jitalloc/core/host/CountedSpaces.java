package org.jitalloc.core.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.jitalloc.arch.Arch;

/** Opens address spaces of this process and counts their instruction barriers (SYNC_CORE). */
public final class CountedSpaces {

  private final AtomicInteger barriers = new AtomicInteger();

  /** {@return a new space with the best memory mode} */
  public HostSpace open(Arch arch) {
    SystemCalls real = new LinuxCalls();
    SystemCalls counting =
        (SystemCalls)
            Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(),
                new Class<?>[] {SystemCalls.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("membarrier")
                      && (int) arguments[0] == SystemCalls.MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE) {
                    barriers.incrementAndGet();
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException failure) {
                    throw failure.getCause();
                  }
                });
    return HostSpace.open(counting, arch, HostOptions.of(HostMode.AUTO));
  }

  /** {@return the number of barriers so far} */
  public int instructionBarriers() {
    return barriers.get();
  }
}
