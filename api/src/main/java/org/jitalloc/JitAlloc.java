package org.jitalloc;

import java.util.ServiceLoader;

/**
 * The way in for programs without an OSGi framework. The same jars on a class path; architecture bundles and the core are
 * found as {@code META-INF/services}.
 */
public final class JitAlloc {

  private JitAlloc() {}

  /**
   * Gives the allocator of this process. All calls give the same one.
   *
   * @return the allocator of the host target
   * @throws JitAllocException UNSUPPORTED if no core, or no architecture for this machine, is on the class path
   */
  public static JitAllocator host() {
    return ServiceLoader.load(Provider.class, JitAlloc.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new JitAllocException(
                    JitAllocException.Reason.UNSUPPORTED,
                    "no allocator on the class path: add org.jitalloc.core"))
        .host();
  }

  /** What the core provides as a service of the class path. */
  public interface Provider {
    /** {@return the allocator of this process} */
    JitAllocator host();
  }
}
