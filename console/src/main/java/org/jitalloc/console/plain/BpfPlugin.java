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
 * Speaks the protocol of public conformance runners: a program's hexadecimal digits on standard
 * input, the memory's as the only argument if there is memory, r0 on standard output. One process a
 * program, so it starts no container.
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
