package org.jitalloc.kprobes;

import org.jitalloc.JitAllocator;

/**
 * Where C passes numbers on a machine.
 *
 * @param first the register of the first argument
 * @param second the register of the second
 * @param result the register of the result
 */
record Abi(String first, String second, String result) {
  static Abi of(JitAllocator allocator) {
    return switch (allocator.target().arch()) {
      case "arm64" -> new Abi("x0", "x1", "x0");
      case "s390x" -> new Abi("r2", "r3", "r2");
      default -> new Abi("rdi", "rsi", "rax");
    };
  }
}
