package org.jitalloc.kprobes.plain;

import java.util.ServiceLoader;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.trace.ProbeCodec;
import org.jitalloc.kprobes.run.LocalKprobes;

/**
 * Probes for programs without an OSGi framework. The codec of the architecture is found on the
 * class path, as {@code META-INF/services} of its jar.
 */
public final class KprobesFactory {

  private KprobesFactory() {}

  /**
   * Makes the probes of a target. Make one instance for each target: two instances do not know the
   * instructions that the other has replaced.
   *
   * @param allocator the allocator of the target
   * @return its probes, without texts
   * @throws JitAllocException UNSUPPORTED if there is no codec for the architecture
   */
  public static LocalKprobes of(JitAllocator allocator) {
    String arch = allocator.target().arch();
    return ServiceLoader.load(ProbeCodec.class, KprobesFactory.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(codec -> codec.arch().equals(arch))
        .findFirst()
        .map(codec -> new LocalKprobes(allocator, codec))
        .orElseThrow(
            () ->
                new JitAllocException(
                    Reason.UNSUPPORTED,
                    "no %s for %s on the class path"
                        .formatted(ProbeCodec.class.getSimpleName(), arch)));
  }
}
