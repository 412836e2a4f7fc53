package org.jitalloc.console;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.PrintStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.modules.LoadedObjects;
import org.jitalloc.modules.ObjectLoader;
import org.jitalloc.modules.ObjectOptions;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The command {@code mod:call}. */
@Component(
    service = CallCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=call"})
public final class CallCommand {
  private static final CommandSyntax USAGE =
      new CommandSyntax(
              "mod:call [--args NUMBER,…] [--returns int|long|void] FUNCTION FILE…",
              2,
              "--args",
              "--returns")
          .withMore();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile @Nullable ObjectLoader loader;

  /** Called by Declarative Services. */
  public CallCommand() {}

  /**
   * {@code mod:call}.
   *
   * @param session the session of the shell
   * @param words options, function and files
   */
  @Descriptor(
      """
      loads object files into this process, calls a function of them and prints its result

         usage: mod:call [--args NUMBER,…] [--returns int|long|void] FUNCTION FILE…

         FUNCTION   its name in the symbol table
         FILE       object files (.o) and archives (.a), compiled with -fPIC; of archives the
                    function and what it needs is loaded
         --args     whole numbers, decimal or 0x…; each is passed as a long
         --returns  the type of the result (default: int)

         Symbols that the files do not define are looked up in the C library. A wrong function or
         wrong arguments corrupt or end the process.

         example: mod:call --args 10 fibonacci math.o
      """)
  public void call(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = USAGE.parse(words);
    List<Path> files =
        arguments.operands().stream().skip(1).map(file -> Inputs.path(session, file)).toList();
    List<Object> numbers = numbers(arguments.option("--args", ""));
    FunctionDescriptor descriptor =
        descriptor(arguments.option("--returns", "int"), numbers.size());
    String name = arguments.operands().getFirst();
    var options = ObjectOptions.DEFAULTS.withRoots(Set.of(name));
    try (LoadedObjects objects = loader().load(files, options)) {
      MethodHandle function = objects.function(name, descriptor);
      Object result = invoke(function, numbers);
      if (result != null) {
        PrintStream out = System.out;
        out.println(result);
      }
    }
  }

  private static @Nullable Object invoke(MethodHandle function, List<Object> numbers) {
    try {
      return function.invokeWithArguments(numbers);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<Object> numbers(String words) {
    return words.isEmpty()
        ? List.of()
        : Arrays.stream(words.split(",", -1)).<Object>map(CallCommand::number).toList();
  }

  private static Long number(String word) {
    try {
      return Long.decode(word.strip());
    } catch (NumberFormatException _) {
      throw new CommandException("--args: '%s' is no whole number".formatted(word));
    }
  }

  private static FunctionDescriptor descriptor(String returns, int count) {
    var parameters = Collections.nCopies(count, JAVA_LONG).toArray(ValueLayout[]::new);
    return switch (returns) {
      case "int" -> FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters);
      case "long" -> FunctionDescriptor.of(JAVA_LONG, parameters);
      case "void" -> FunctionDescriptor.ofVoid(parameters);
      default ->
          throw new CommandException("--returns: %s is not int, long or void".formatted(returns));
    };
  }

  private ObjectLoader loader() {
    ObjectLoader current = loader;
    if (current == null) {
      throw new CommandException(
          "object files cannot be loaded into this process: are org.jitalloc.modules and the bundle"
              + " of this architecture started? See mem:targets and lb");
    }
    return current;
  }
}
