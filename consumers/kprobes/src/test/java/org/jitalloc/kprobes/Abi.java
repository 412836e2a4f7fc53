package org.jitalloc.kprobes;

import org.jitalloc.JitAllocator;

/**
 * Where C passes numbers on a machine, and what an instruction is there.
 *
 * @param first the register of the first argument
 * @param second the register of the second
 * @param result the register of the result
 * @param nop an instruction that does nothing and may stand for the first of a function, in hex
 */
record Abi(String first, String second, String result, String nop) {
  static Abi of(JitAllocator allocator) {
    return switch (allocator.target().arch()) {
      case "arm64" -> new Abi("x0", "x1", "x0", "1f2003d5");
      case "s390x" -> new Abi("r2", "r3", "r2", "0707");
      default -> new Abi("rdi", "rsi", "rax", "90");
    };
  }
}
