package org.jitalloc.console;

import java.io.PrintStream;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.vectors.VectorFile;
import org.jitalloc.console.vectors.VectorRun;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The commands {@code bpf:…}. They exist without a runtime as well, so that its absence is an error
 * with a reason, and not an unknown command.
 */
@Component(
    service = BpfCommands.class,
    property = {
      "osgi.command.scope=bpf",
      "osgi.command.function=run",
      "osgi.command.function=vectors",
      "osgi.command.function=list"
    })
public final class BpfCommands {
  private static final CommandSyntax RUN =
      new CommandSyntax(
              "bpf:run FILE [--mem HEX|@FILE] [--engine jit|interp] [--traceable]",
              1,
              "--mem",
              "--engine")
          .withFlags("--traceable");
  private static final CommandSyntax VECTORS =
      new CommandSyntax("bpf:vectors FILE.jsonl [--engine jit|interp]", 1, "--engine");
  private static final CommandSyntax LIST = new CommandSyntax("bpf:list", 0);

  @Reference(
      target = "(jit.target=host)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable BpfRuntime runtime;

  /** Called by Declarative Services. */
  public BpfCommands() {}

  /**
   * {@code bpf:run}.
   *
   * @param session the session of the shell
   * @param words file and options
   */
  @Descriptor(
      """
      loads a BPF program, runs it once and prints r0 as 16 hexadecimal digits

         usage: bpf:run FILE [--mem HEX|@FILE] [--engine jit|interp] [--traceable]

         FILE         the instructions, 8 bytes each, little-endian; or their hex digits
         --mem        the memory that r1 points to: hex digits, or @ and a file (default: none)
         --engine     jit (machine code) or interp (default: jit where possible)
         --traceable  compiles with a call site at the start, for trace:tracer

         example: bpf:run checksum.bin --mem 01020304
      """)
  public void run(CommandSession session, @Descriptor("see usage") String... words) {
    var arguments = RUN.parse(words);
    var file = Inputs.path(session, arguments.operands().getFirst());
    byte[] memory = Inputs.memory(session, arguments.option("--mem", ""));
    var options =
        BpfLoadOptions.DEFAULTS
            .withName(String.valueOf(file.getFileName()))
            .withEngine(Engines.parse(arguments.option("--engine", "auto")))
            .withTraceable(arguments.has("--traceable"));
    try (BpfProgram program = host().load(Inputs.program(file), options)) {
      System.out.println("%016x".formatted(program.run(memory)));
    }
  }

  /**
   * {@code bpf:vectors}.
   *
   * @param session the session of the shell
   * @param words file and options
   */
  @Descriptor(
      """
      runs test vectors, prints a line for each failure and then N passed, N failed

         usage: bpf:vectors FILE.jsonl [--engine jit|interp]

         FILE      a JSON object on each line: name, prog and mem (hex digits), expect (r0 or
                   reject_at_load), r0 (hex digits)
         --engine  jit (machine code) or interp (default: jit where possible)

         The command fails if a vector fails.
      """)
  public void vectors(CommandSession session, @Descriptor("see usage") String... words) {
    var arguments = VECTORS.parse(words);
    var engine = Engines.parse(arguments.option("--engine", "auto"));
    var file = Inputs.path(session, arguments.operands().getFirst());
    var vectors = VectorFile.parse(file.toString(), Inputs.read(file));
    var run = new VectorRun(host(), engine);
    PrintStream out = System.out;
    int failed = 0;
    for (var vector : vectors) {
      Optional<String> failure = run.failure(vector);
      if (failure.isPresent()) {
        failed++;
        out.println("FAILED %s: %s".formatted(vector.name(), failure.get()));
      }
    }
    out.println("%d passed, %d failed".formatted(vectors.size() - failed, failed));
    if (failed > 0) {
      throw new CommandException("%d of %d vectors failed".formatted(failed, vectors.size()));
    }
  }

  /**
   * {@code bpf:list}.
   *
   * @param words none
   */
  @Descriptor(
      """
      lists the loaded BPF programs and the registered helpers

         usage: bpf:list
      """)
  public void list(@Descriptor("none") String... words) {
    LIST.parse(words);
    var table = new TextTable("ID", "NAME", "ENGINE", "CHECKS", "INSNS", "CODE", "ADDRESS", "RUNS");
    for (BpfProgram program : host().programs()) {
      var address = program.address();
      table.row(
          program.id(),
          program.name(),
          program.engine(),
          program.checks(),
          program.instructionCount(),
          program.codeBytes(),
          address.isPresent() ? "0x%x".formatted(address.getAsLong()) : "-",
          program.redirection().map(other -> "program " + other.id()).orElse("itself"));
    }
    PrintStream out = System.out;
    out.println(table.isEmpty() ? "No programs are loaded." : table);
    out.println();
    var helpers = new TextTable("HELPER", "NAME");
    host().helpers().forEach(helpers::row);
    out.println(helpers.isEmpty() ? "No helpers are registered." : helpers);
  }

  private BpfRuntime host() {
    BpfRuntime current = runtime;
    if (current == null) {
      throw new CommandException(
          "there is no BPF runtime for this process: is org.jitalloc.bpf started, and is there a"
              + " target host? See mem:targets and lb");
    }
    return current;
  }
}
