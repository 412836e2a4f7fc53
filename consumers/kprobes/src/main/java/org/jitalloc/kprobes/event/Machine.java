package org.jitalloc.kprobes.event;

import java.util.List;
import org.jitalloc.kprobes.Registers;

/**
 * Which registers a function of the C calling convention has what in. Known by the names of the
 * registers, the first of which is the stack pointer.
 *
 * @param registers all names
 * @param arguments those of the arguments, in order
 * @param result that of the result
 */
record Machine(List<String> registers, List<String> arguments, String result) {

  static Machine of(List<String> registers) {
    if (registers.contains("rdi")) {
      return new Machine(registers, List.of("rdi", "rsi", "rdx", "rcx", "r8", "r9"), "rax");
    }
    if (registers.contains("x0")) {
      return new Machine(registers, List.of("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"), "x0");
    }
    return new Machine(registers, List.of("r2", "r3", "r4", "r5", "r6"), "r2");
  }

  /** The name of a register as {@link Registers} has it, of one as the kernel has it. */
  String register(String name) {
    for (String candidate : List.of(name, "r" + name, "e" + name)) {
      if (registers.contains(candidate)) {
        return candidate;
      }
    }
    throw Definition.wrong("no register %%%s: there are %s".formatted(name, registers));
  }

  String argument(int number) {
    if (number < 1 || number > arguments.size()) {
      throw Definition.wrong(
          "$arg%d: only the first %d are in registers".formatted(number, arguments.size()));
    }
    return arguments.get(number - 1);
  }
}
