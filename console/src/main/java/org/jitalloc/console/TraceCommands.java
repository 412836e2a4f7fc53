package org.jitalloc.console;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.Target;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.ftrace.ChromeTrace;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceText;
import org.jitalloc.ftrace.TracedFunction;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands {@code trace:…}: the files of the kernel's tracefs. */
@Component(
    service = TraceCommands.class,
    property = {
      "osgi.command.scope=trace",
      "osgi.command.function=filter",
      "osgi.command.function=notrace",
      "osgi.command.function=tracer",
      "osgi.command.function=on",
      "osgi.command.function=off",
      "osgi.command.function=show",
      "osgi.command.function=sites"
    })
public final class TraceCommands {
  private static final CommandSyntax FILTER = words("filter");
  private static final CommandSyntax NOTRACE = words("notrace");
  private static final CommandSyntax TRACER =
      new CommandSyntax("trace:tracer [--target TARGET] [NAME]", 0, "--target").withMore();
  private static final CommandSyntax ON =
      new CommandSyntax("trace:on [--target TARGET]", 0, "--target");
  private static final CommandSyntax OFF =
      new CommandSyntax("trace:off [--target TARGET]", 0, "--target");
  private static final CommandSyntax SHOW =
      new CommandSyntax(
              "trace:show [--target TARGET] [--json OUT.json] [--clear]", 0, "--target", "--json")
          .withFlags("--clear");
  private static final CommandSyntax SITES =
      new CommandSyntax("trace:sites [--target TARGET] [--enabled]", 0, "--target")
          .withFlags("--enabled");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<Ftrace> tracers = List.of();

  /** Called by Declarative Services. */
  public TraceCommands() {}

  private static CommandSyntax words(String name) {
    return new CommandSyntax(
            "trace:%s [--target TARGET] [--append] [--clear] [WORD…]".formatted(name),
            0,
            "--target")
        .withMore()
        .withFlags("--append", "--clear");
  }

  /**
   * {@code trace:filter}.
   *
   * @param words options and patterns
   */
  @Descriptor(
      """
      selects the functions to trace, or prints them (set_ftrace_filter)

         usage: trace:filter [--target TARGET] [--append] [--clear] [WORD…]

         WORD      a name with *, ? and [abc]; !name removes; name:mod:module, :mod:module;
                   or a line number of trace:sites
         --append  adds to the present selection
         --clear   deletes the selection: all functions are traced
         --target  mem:targets lists them (default: host)

         example: trace:filter 'vfs_*' ':mod:ext4'; trace:filter --append '!vfs_write'
      """)
  public void filter(@Descriptor("see usage") String... words) {
    Arguments arguments = FILTER.parse(words);
    Ftrace ftrace = ftrace(arguments);
    if (isWritten(arguments)) {
      ftrace.filter(String.join(" ", arguments.operands()), keeps(arguments));
    } else {
      print(ftrace.filter(), "#### all functions enabled ####");
    }
  }

  /**
   * {@code trace:notrace}.
   *
   * @param words options and patterns
   */
  @Descriptor(
      """
      selects functions that are not traced, or prints them (set_ftrace_notrace)

         usage: trace:notrace [--target TARGET] [--append] [--clear] [WORD…]

         This takes precedence over trace:filter. WORD and options are the same.
      """)
  public void notrace(@Descriptor("see usage") String... words) {
    Arguments arguments = NOTRACE.parse(words);
    Ftrace ftrace = ftrace(arguments);
    if (isWritten(arguments)) {
      ftrace.notrace(String.join(" ", arguments.operands()), keeps(arguments));
    } else {
      print(ftrace.notrace(), "#### no functions disabled ####");
    }
  }

  /** {@return whether the present selection is kept; --clear takes precedence over --append} */
  private static boolean keeps(Arguments arguments) {
    return arguments.has("--append") && !arguments.has("--clear");
  }

  private static boolean isWritten(Arguments arguments) {
    return arguments.has("--clear") || !arguments.operands().isEmpty();
  }

  private static void print(List<String> lines, String ifNone) {
    System.out.println(lines.isEmpty() ? ifNone : String.join("\n", lines));
  }

  /**
   * {@code trace:tracer}.
   *
   * @param words options and a name
   */
  @Descriptor(
      """
      selects the tracer, or prints it (current_tracer)

         usage: trace:tracer [--target TARGET] [NAME]

         NAME  nop, function (calls) or function_graph (calls and returns, with durations)

         example: trace:filter 'crc*'; trace:tracer function_graph
      """)
  public void tracer(@Descriptor("see usage") String... words) {
    Arguments arguments = TRACER.parse(words);
    Ftrace ftrace = ftrace(arguments);
    switch (arguments.operands().size()) {
      case 0 -> System.out.println(ftrace.tracer().word());
      case 1 -> ftrace.tracer(CurrentTracer.of(arguments.operands().getFirst()));
      default -> throw new CommandException("one tracer at a time; usage: " + TRACER.synopsis());
    }
  }

  /**
   * {@code trace:on}.
   *
   * @param words options
   */
  @Descriptor(
      """
      starts recording (tracing_on)

         usage: trace:on [--target TARGET]
      """)
  public void on(@Descriptor("see usage") String... words) {
    ftrace(ON.parse(words)).on(true);
  }

  /**
   * {@code trace:off}.
   *
   * @param words options
   */
  @Descriptor(
      """
      stops recording at once, without a change of code (tracing_on)

         usage: trace:off [--target TARGET]
      """)
  public void off(@Descriptor("see usage") String... words) {
    ftrace(OFF.parse(words)).on(false);
  }

  /**
   * {@code trace:show}.
   *
   * @param session the session of the shell
   * @param words options
   */
  @Descriptor(
      """
      prints the recorded events (trace)

         usage: trace:show [--target TARGET] [--json OUT.json] [--clear]

         --json   writes them as JSON for Chrome's tracing page and Perfetto instead
         --clear  then deletes them

         The last line has the numbers of lost events: events that found the ring full, and calls
         that are nested too deeply for their returns to be traced.
      """)
  public void show(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = SHOW.parse(words);
    Ftrace ftrace = ftrace(arguments);
    Trace trace = arguments.has("--clear") ? ftrace.drain() : ftrace.trace();
    PrintStream out = System.out;
    String json = arguments.option("--json", "");
    if (!json.isEmpty()) {
      Outputs.write(
          Inputs.path(session, json), file -> Files.writeString(file, ChromeTrace.of(trace)));
    } else {
      out.print(TraceText.of(trace));
    }
    lost(out, trace);
  }

  private static void lost(PrintStream out, Trace trace) {
    long unhooked = trace.threads().stream().mapToLong(t -> t.unhooked()).sum();
    if (trace.dropped() + trace.forgotten() + unhooked > 0) {
      out.println(
          "# lost: %d ring full, %d too old, %d nested too deeply"
              .formatted(trace.dropped(), trace.forgotten(), unhooked));
    }
  }

  /**
   * {@code trace:sites}.
   *
   * @param words options
   */
  @Descriptor(
      """
      lists the functions that can be traced (available_filter_functions, enabled_functions)

         usage: trace:sites [--target TARGET] [--enabled]

         --enabled  only those that call a tracer, with the number of users and the address of the tracer
      """)
  public void sites(@Descriptor("see usage") String... words) {
    Arguments arguments = SITES.parse(words);
    boolean enabled = arguments.has("--enabled");
    for (TracedFunction function : ftrace(arguments).functions()) {
      if (!enabled) {
        System.out.println(function.qualifiedName());
      } else if (function.calls() != 0) {
        System.out.println(
            "%s (%d)\ttramp: 0x%x"
                .formatted(function.qualifiedName(), function.users(), function.calls()));
      }
    }
  }

  private Ftrace ftrace(Arguments arguments) {
    String target = arguments.option("--target", Target.HOST);
    return new ServicesByTarget<>(tracers, Ftrace::target, "be traced").of(target);
  }
}
