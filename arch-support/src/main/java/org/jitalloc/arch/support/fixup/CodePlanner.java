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
 * Goes through the places of a module in their order. A place is shown what those before it have
 * made of the code: an alternative is copied with the branches in it already changed, as in the
 * kernel. The module itself stays as it is.
 */
public final class CodePlanner {
  private static final byte[] NOTHING = {};

  private CodePlanner() {}

  /** Makes the code of a place. */
  public interface Fitter {

    /**
     * Makes it.
     *
     * @param fixup the place
     * @param now what is there; not to be changed
     * @param other of an alternative, the bytes that are to replace it, as they stand where they
     *     are; else nothing
     * @return what is to be there, as long as {@code now}, or {@code now} itself; null if that
     *     cannot be told by what is in the module
     * @throws IllegalArgumentException if what is there is nothing that can be changed so
     */
    byte @Nullable [] fit(CodeFixup fixup, byte[] now, byte[] other);
  }

  /**
   * Makes a plan.
   *
   * @param fixups the places, in their order
   * @param object the module
   * @param placed the module after relocation
   * @param fitter makes the code of one
   * @return the plan
   * @throws IllegalArgumentException if a place is not in code, or as the fitter does
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
