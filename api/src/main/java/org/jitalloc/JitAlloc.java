package org.jitalloc;

import java.util.ServiceLoader;

/**
 * Entry point for programs without an OSGi framework. The same jars are on the class path; the core
 * and the architectures are found by {@link ServiceLoader}. For any thread.
 */
public final class JitAlloc {

  private JitAlloc() {}

  /**
   * Returns the allocator of this process. All calls return the same one.
   *
   * @return the allocator of the host target
   * @throws JitAllocException UNSUPPORTED if the core or the architecture of this machine is not on
   *     the class path
   */
  public static JitAllocator host() {
    return provider().host();
  }

  /**
   * Creates an image target: an empty modelled kernel address space. It exists as long as it is
   * reachable.
   *
   * @param name the name of the target
   * @param arch the name of its architecture: {@code amd64}, {@code arm64}, {@code s390x}, …
   * @return the allocator of the image
   * @throws JitAllocException UNSUPPORTED if the core or the architecture is not on the class path
   */
  public static JitAllocator newImage(String name, String arch) {
    return provider().newImage(name, arch);
  }

  private static Provider provider() {
    return ServiceLoader.load(Provider.class, JitAlloc.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new JitAllocException(
                    JitAllocException.Reason.UNSUPPORTED,
                    "no allocator on the class path: add org.jitalloc.core"));
  }

  /** The service that the core provides on a class path. */
  public interface Provider {
    /** {@return the allocator of this process} */
    JitAllocator host();

    /**
     * Creates an image.
     *
     * @param name the name of the target
     * @param arch the name of its architecture
     * @return the allocator of the image
     */
    JitAllocator newImage(String name, String arch);
  }
}
