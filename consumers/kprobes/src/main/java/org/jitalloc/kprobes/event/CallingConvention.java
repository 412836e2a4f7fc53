package org.jitalloc.kprobes.event;

import java.util.List;
import org.jitalloc.kprobes.Registers;

/**
 * The registers of arguments and results in the C calling convention of an architecture, which is
 * recognised by the names of its registers.
 *
 * @param registers the names of all registers
 * @param arguments the registers of the arguments, in order
 * @param result the register of the result
 */
record CallingConvention(List<String> registers, List<String> arguments, String result) {

  static CallingConvention of(List<String> registers) {
    if (registers.contains("rdi")) {
      return new CallingConvention(
          registers, List.of("rdi", "rsi", "rdx", "rcx", "r8", "r9"), "rax");
    }
    if (registers.contains("x0")) {
      return new CallingConvention(
          registers, List.of("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"), "x0");
    }
    return new CallingConvention(registers, List.of("r2", "r3", "r4", "r5", "r6"), "r2");
  }

  /** {@return the name in {@link Registers} of a register, given as the kernel names it} */
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
          "$arg%d: only the first %d arguments are in registers"
              .formatted(number, arguments.size()));
    }
    return arguments.get(number - 1);
  }
}
