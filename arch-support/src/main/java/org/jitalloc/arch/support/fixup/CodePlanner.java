package org.jitalloc.arch.support.fixup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.CodePatch;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jspecify.annotations.Nullable;

/**
 * Plans the locations of a module in their order. Each location sees the changes of those before
 * it: an alternative is copied with the branches in it already changed, as in the kernel. The
 * module itself does not change.
 */
public final class CodePlanner {
  private static final byte[] NOTHING = {};

  private CodePlanner() {}

  /** Computes the code of a location. */
  public interface Fitter {

    /**
     * Computes the code.
     *
     * @param fixup the location
     * @param now the present bytes; not to be modified
     * @param other of an alternative, the bytes of the replacement at their present address; else
     *     empty
     * @return the new bytes, of the same length, or {@code now} itself; null if they depend on data
     *     outside of the module
     * @throws IllegalArgumentException if the present bytes cannot be changed in this way
     */
    byte @Nullable [] fit(CodeFixup fixup, byte[] now, byte[] other);
  }

  /**
   * Creates a plan.
   *
   * @param fixups the locations, in their order
   * @param object the module
   * @param placed the module after relocation
   * @param fitter computes the code of each
   * @return the plan
   * @throws IllegalArgumentException if a location is not in code, or if the fitter throws it
   */
  public static CodePlan plan(
      List<CodeFixup> fixups, RelocatableObject object, PlacedObject placed, Fitter fitter) {
    if (fixups.isEmpty()) {
      return CodePlan.NOTHING;
    }
    CodeRanges code = new CodeRanges(object, placed).copy();
    List<CodePatch> patches = new ArrayList<>();
    List<CodeFixup> left = new ArrayList<>();
    for (CodeFixup fixup : fixups) {
      byte[] now = whole(code, fixup.address(), fixup.bytes());
      boolean isCopied = fixup.kind() == Kind.ALTERNATIVE && fixup.otherBytes() > 0;
      byte[] other = isCopied ? whole(code, fixup.other(), fixup.otherBytes()) : NOTHING;
      byte[] fitted = fitter.fit(fixup, now, other);
      if (fitted == null) {
        left.add(fixup);
      } else if (!Arrays.equals(fitted, now)) {
        code.put(fixup.address(), fitted);
        patches.add(new CodePatch(fixup, fitted));
      }
    }
    return new CodePlan(patches, left);
  }

  private static byte[] whole(CodeRanges code, long address, int count) {
    return code.bytes(address, count)
        .filter(bytes -> bytes.length == count)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no code of %d bytes at 0x%x".formatted(count, address)));
  }
}
