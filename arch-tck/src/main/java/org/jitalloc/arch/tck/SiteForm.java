package org.jitalloc.arch.tck;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.trace.CallSites;

/** The ways in which call sites reach tracers. Tests that trace expect the same in each. */
public enum SiteForm {
  /** The default: trampolines if the architecture has them. */
  USUAL,
  /** Direct calls, because trampolines cannot be allocated. */
  CALLS;

  /** {@return the forms that differ on this machine} */
  public static List<SiteForm> here() {
    String arch = JitAlloc.host().target().arch();
    boolean both =
        ServiceLoader.load(CallSites.class).stream()
            .map(ServiceLoader.Provider::get)
            .anyMatch(sites -> sites.arch().equals(arch) && sites.trampolines().isPresent());
    return both ? List.of(values()) : List.of(USUAL);
  }

  /**
   * Returns an allocator with which call sites have this form.
   *
   * @param allocator an allocator
   * @return the allocator, which denies tracers data near text if there are to be no trampolines
   */
  public JitAllocator of(JitAllocator allocator) {
    return this == USUAL ? allocator : withoutSlots(allocator);
  }

  private static JitAllocator withoutSlots(JitAllocator allocator) {
    return (JitAllocator)
        Proxy.newProxyInstance(
            SiteForm.class.getClassLoader(),
            new Class<?>[] {JitAllocator.class},
            (_, method, arguments) -> {
              if (arguments != null
                  && arguments[0] instanceof AllocationRequest request
                  && isSlots(request)) {
                throw new JitAllocException(Reason.DENIED, "by this test: " + request);
              }
              try {
                return method.invoke(allocator, arguments);
              } catch (InvocationTargetException failure) {
                throw Objects.requireNonNull(failure.getCause());
              }
            });
  }

  private static boolean isSlots(AllocationRequest request) {
    return request.type() == ModMemType.DATA
        && request.purpose() == Purpose.FTRACE
        && request.near() != null;
  }
}
