package org.jitalloc.arch.elf;

import java.util.List;

/**
 * How the code of a module is made to fit a processor.
 *
 * @param patches what is to be written, in this order, for they may overlap; places that fit as
 *     they are have none
 * @param left the places that a kernel would change, but not by what is in the module: static calls
 *     whose keys belong to others, paravirtual calls, and what functions of the kernel make. They
 *     stay as they are, which is right on any processor, if not the shortest way
 */
public record CodePlan(List<CodePatch> patches, List<CodeFixup> left) {
  /** Nothing to be done. */
  public static final CodePlan NOTHING = new CodePlan(List.of(), List.of());

  /** Copies the lists. */
  public CodePlan {
    patches = List.copyOf(patches);
    left = List.copyOf(left);
  }
}
