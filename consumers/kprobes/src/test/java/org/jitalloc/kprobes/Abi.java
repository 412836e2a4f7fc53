package org.jitalloc.kprobes;

import org.jitalloc.JitAllocator;

/**
 * Where C passes numbers on a machine, and what an instruction is there.
 *
 * @param first the register of the first argument
 * @param second the register of the second
 * @param result the register of the result
 * @param nop an instruction that does nothing and may stand for the first of a function, in hex
 * @param firstBytes how long the first instruction of {@code a * 3 + b} is that gcc makes
 */
record Abi(String first, String second, String result, String nop, int firstBytes) {
  static Abi of(JitAllocator allocator) {
    return switch (allocator.target().arch()) {
      case "arm64" -> new Abi("x0", "x1", "x0", "1f2003d5", 4);
      case "s390x" -> new Abi("r2", "r3", "r2", "c00400000000", 6);
      default -> new Abi("rdi", "rsi", "rax", "90", 4);
    };
  }
}
