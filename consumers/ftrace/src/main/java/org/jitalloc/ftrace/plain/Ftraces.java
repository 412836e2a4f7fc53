package org.jitalloc.ftrace.plain;

import java.util.ServiceLoader;
import java.util.function.Function;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.CallSites;
import org.jitalloc.arch.trace.Tracers;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.run.LocalFtrace;

/**
 * Function tracers for programs without an OSGi framework. The codecs of the architecture are found
 * on the class path, as {@code META-INF/services} of its jar.
 */
public final class Ftraces {

  private Ftraces() {}

  /**
   * Makes a tracer for code of this process.
   *
   * @return a new tracer, without texts
   * @throws JitAllocException UNSUPPORTED if there is no codec for this machine
   */
  public static LocalFtrace host() {
    return of(JitAlloc.host(), TraceSize.DEFAULT);
  }

  /**
   * Makes a tracer.
   *
   * @param allocator the allocator of the target
   * @param size the size of a trace
   * @return a new tracer, without texts
   * @throws JitAllocException UNSUPPORTED if there is no codec for the architecture
   */
  public static LocalFtrace of(JitAllocator allocator, TraceSize size) {
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
