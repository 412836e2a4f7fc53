package org.jitalloc.console;

import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.console.command.CommandException;

/** The names of engines on the command line. */
final class Engines {
  private Engines() {}

  static Engine parse(String name) {
    return switch (name) {
      case "auto" -> Engine.AUTO;
      case "jit" -> Engine.JIT;
      case "interp" -> Engine.INTERPRETER;
      default ->
          throw new CommandException(
              "--engine: %s is not jit, interp or auto, which is jit where possible"
                  .formatted(name));
    };
  }
}
