package org.jitalloc.ftrace;

import java.util.ServiceLoader;
import java.util.function.Function;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.run.LocalFtrace;

/**
 * Function tracers for programs without an OSGi framework. What architectures know is found on the
 * class path, as {@code META-INF/services} of their jars.
 */
public final class Ftraces {

  private Ftraces() {}

  /**
   * Makes a tracer for code of this process.
   *
   * @return a new tracer
   * @throws JitAllocException UNSUPPORTED if there is none for this machine
   */
  public static Ftrace host() {
    return of(JitAlloc.host(), TraceSize.DEFAULT);
  }

  /**
   * Makes a tracer.
   *
   * @param allocator of the target whose code is to be traced
   * @param size how much room a trace has
   * @return a new tracer
   * @throws JitAllocException UNSUPPORTED if there is none for this architecture
   */
  public static Ftrace of(JitAllocator allocator, TraceSize size) {
    String arch = allocator.target().arch();
    return new LocalFtrace(
        allocator,
        find(CallSites.class, CallSites::arch, arch),
        find(Tracers.class, Tracers::arch, arch),
        size);
  }

  private static <T> T find(Class<T> service, Function<T, String> archOf, String arch) {
    return ServiceLoader.load(service, Ftraces.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(s -> archOf.apply(s).equals(arch))
        .findFirst()
        .orElseThrow(
            () ->
                new JitAllocException(
                    Reason.UNSUPPORTED,
                    "no %s for %s on the class path".formatted(service.getSimpleName(), arch)));
  }
}
