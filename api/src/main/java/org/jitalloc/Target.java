package org.jitalloc;

import java.nio.ByteOrder;
import java.util.Set;

/**
 * An architecture and an address space: {@code host}, the memory of this process, or an image, a
 * modelled kernel address space of any architecture. Code in an image is placed, patched and
 * checked, but never executed.
 *
 * @param name the name of the target, and the value of the service property {@code jit.target}:
 *     {@code host}, {@code image-arm64}, …
 * @param arch the name of the architecture, and the value of the service property {@code jit.arch}:
 *     {@code amd64}, {@code arm64}, {@code s390x}, …
 * @param byteOrder the byte order of the architecture
 * @param kind whether code can be executed
 * @param cpuFeatures the optional instructions of the processor by the names of the operating
 *     system, for code generators; empty for images
 */
public record Target(
    String name, String arch, ByteOrder byteOrder, Kind kind, Set<String> cpuFeatures) {

  /** The service property with the name of the target. */
  public static final String TARGET_PROPERTY = "jit.target";

  /** The service property with the name of the architecture. */
  public static final String ARCH_PROPERTY = "jit.arch";

  /** The name of the target of this process. */
  public static final String HOST = "host";

  /** Copies the set. */
  public Target {
    cpuFeatures = Set.copyOf(cpuFeatures);
  }

  /** The kinds of target. */
  public enum Kind {
    /** Memory of this process: code can be executed. */
    HOST,
    /**
     * A modelled address space whose page protections are checked by software: code is never
     * executed.
     */
    IMAGE
  }
}
