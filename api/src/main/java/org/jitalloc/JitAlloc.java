package org.jitalloc;

import java.util.ServiceLoader;

/**
 * The way in for programs without an OSGi framework. The same jars on a class path; architecture
 * bundles and the core are found as {@code META-INF/services}.
 */
public final class JitAlloc {

  private JitAlloc() {}

  /**
   * Gives the allocator of this process. All calls give the same one.
   *
   * @return the allocator of the host target
   * @throws JitAllocException UNSUPPORTED if no core, or no architecture for this machine, is on
   *     the class path
   */
  public static JitAllocator host() {
    return provider().host();
  }

  /**
   * Makes an image target: a modelled kernel address space, empty. The last reference to it is all
   * that keeps it.
   *
   * @param name the name it is to have
   * @param arch the name of its architecture: {@code amd64}, {@code arm64}, {@code s390x}, …
   * @return the allocator of the image
   * @throws JitAllocException UNSUPPORTED if no core, or no such architecture, is on the class path
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

  /** What the core provides as a service of the class path. */
  public interface Provider {
    /** {@return the allocator of this process} */
    JitAllocator host();

    /**
     * Makes an image.
     *
     * @param name the name it is to have
     * @param arch the name of its architecture
     * @return the allocator of the image
     */
    JitAllocator newImage(String name, String arch);
  }
}
