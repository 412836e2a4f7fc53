package org.jitalloc;

import java.nio.ByteOrder;
import java.util.Set;

/**
 * An architecture plus an address space: {@code host}, the real memory of this process, or an
 * image, a modelled kernel address space of any architecture in which everything is placed, patched
 * and checked but nothing runs.
 *
 * @param name the target's name, the service property {@code jit.target}: {@code host}, {@code
 *     image-arm64}, …
 * @param arch the architecture's name, the service property {@code jit.arch}: {@code amd64}, {@code
 *     arm64}, {@code s390x}, …
 * @param byteOrder the order of bytes in the architecture's words
 * @param kind whether code can be run here
 * @param cpuFeatures names of optional instructions that this target's CPU has, as the operating
 *     system spells them; for code generators, opaque to everyone else; empty for images
 */
public record Target(
    String name, String arch, ByteOrder byteOrder, Kind kind, Set<String> cpuFeatures) {

  /** The service property that names a target. */
  public static final String TARGET_PROPERTY = "jit.target";

  /** The service property that names an architecture. */
  public static final String ARCH_PROPERTY = "jit.arch";

  /** The name of the target that is this process. */
  public static final String HOST = "host";

  /** Makes a description; the set is copied. */
  public Target {
    cpuFeatures = Set.copyOf(cpuFeatures);
  }

  /** Whether a target's memory is real. */
  public enum Kind {
    /** Memory of this process: code runs. */
    HOST,
    /**
     * A model with page permissions enforced in software: code is placed and checked, never run.
     */
    IMAGE
  }
}
