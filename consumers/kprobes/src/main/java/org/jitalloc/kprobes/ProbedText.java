package org.jitalloc.kprobes;

import java.util.List;
import java.util.Optional;
import org.jitalloc.JitMemory;

/**
 * Text that can be probed, as whoever loaded it hands it in.
 *
 * @param owner the module that it belongs to; empty if it belongs to none
 * @param memory the text, live; the handle is the right to change it
 * @param functions its functions, none overlapping another; what lies in none cannot be probed
 */
public record ProbedText(String owner, JitMemory memory, List<Function> functions) {

  /** Makes it; the list is copied. */
  public ProbedText {
    functions = List.copyOf(functions);
  }

  /**
   * A function.
   *
   * @param name its name
   * @param offset where it begins, in bytes from the start of the memory
   * @param bytes how long it is
   */
  public record Function(String name, int offset, int bytes) {

    boolean contains(long other) {
      return other >= offset && other < (long) offset + bytes;
    }
  }

  Optional<Function> at(long address) {
    long offset = address - memory.address();
    return functions.stream().filter(f -> f.contains(offset)).findFirst();
  }
}
