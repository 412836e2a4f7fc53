package org.jitalloc.core.ds;

/**
 * An image target that is wanted.
 *
 * @param name the name of the target
 * @param arch the name of its architecture
 * @param kaslr whether its kernel is placed at random
 * @param seed what random choices are drawn from
 */
record ImageSpec(String name, String arch, boolean kaslr, long seed) {

  /** How the names of those images begin that architectures have without being asked. */
  static final String STANDARD_PREFIX = "image-";

  /** The image that each architecture has without being asked. */
  static ImageSpec standard(String arch) {
    return new ImageSpec(STANDARD_PREFIX + arch, arch, false, 0);
  }
}
