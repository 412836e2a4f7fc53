package org.jitalloc.arch.elf;

import java.util.List;

/**
 * The changes that adapt the code of a module to a processor.
 *
 * @param patches the changes, in this order, because they may overlap; locations that are correct
 *     already have none
 * @param left the locations that a kernel would change by data outside of the module: static calls
 *     whose keys belong to others, paravirtual calls, and code that functions of the kernel write.
 *     They are not changed: that is correct on every processor, but slower
 */
public record CodePlan(List<CodePatch> patches, List<CodeFixup> left) {
  /** A plan without changes. */
  public static final CodePlan NOTHING = new CodePlan(List.of(), List.of());

  /** Copies the lists. */
  public CodePlan {
    patches = List.copyOf(patches);
    left = List.copyOf(left);
  }
}
