package org.jitalloc.modules;

import java.util.List;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;

/**
 * What was done to make a module's code fit a processor, before it was published.
 *
 * @param changed how many places got other code
 * @param left the places that a kernel would change, and which stay as the compiler has made them,
 *     for what decides is not in the module: static calls whose keys belong to others go by the
 *     trampolines of these, paravirtual calls by the kernel's table, and what functions of the
 *     kernel make was not made
 */
public record CodeFit(int changed, List<CodeFixup> left) {
  /** Copies the list. */
  public CodeFit {
    left = List.copyOf(left);
  }

  /** {@return the same for people, in one line} */
  public String text() {
    long made = count(Kind.CALLBACK);
    long operations = count(Kind.PARAVIRTUAL);
    long calls = left.size() - made - operations;
    return "%d places changed".formatted(changed)
        + (calls == 0 ? "" : "; %d static calls go by trampolines, as before".formatted(calls))
        + (operations == 0
            ? ""
            : "; %d paravirtual calls go by the kernel's table, as before".formatted(operations))
        + (made == 0 ? "" : "; %d that functions of the kernel make are left".formatted(made));
  }

  private long count(Kind kind) {
    return left.stream().filter(place -> place.kind() == kind).count();
  }
}
