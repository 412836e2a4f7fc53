package org.jitalloc.console.plain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jitalloc.JitAllocException;
import org.jitalloc.bpf.BpfException;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.plain.BpfRuntimes;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.command.Hex;

/**
 * Implements the protocol of public conformance runners: the hexadecimal digits of a program on
 * standard input, those of its memory as the only argument if it has memory, and r0 on standard
 * output. Each program runs in a process, so no container is started.
 */
final class BpfPlugin {
  private BpfPlugin() {}

  static void main(String... arguments) throws IOException {
    var text = new String(System.in.readAllBytes(), StandardCharsets.ISO_8859_1);
    try {
      byte[] memory = Hex.parse(arguments.length == 0 ? "" : arguments[0], "memory");
      byte[] instructions = Hex.parse(text, "program on standard input");
      try (BpfProgram program = BpfRuntimes.host().load(instructions)) {
        System.out.println(Long.toHexString(program.run(memory)));
      }
    } catch (CommandException | BpfException | JitAllocException failure) {
      System.err.println(failure.getMessage());
      System.exit(1);
    }
  }
}
