package org.jitalloc.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.Target;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.kmod.ModuleAutoloader;
import org.jitalloc.kmod.RequestOutcome;
import org.jitalloc.kmod.RequestOutcome.HelperDone;
import org.jitalloc.kmod.RequestOutcome.NotDone;
import org.jitalloc.modules.KernelExports;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.SymbolMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/** The command {@code mod:request}. */
@Component(
    service = RequestCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=request"},
    reference = @Reference(name = "kmod", service = Condition.class, target = Conditions.KMOD))
public final class RequestCommand {
  private static final CommandSyntax USAGE =
      new CommandSyntax(
              "mod:request [--target TARGET] [--folder FOLDER] [--symbols MAP] [--symvers FILE]"
                  + " [--allow-missing] [--no-wait] NAME…",
              1,
              "--target",
              "--folder",
              "--symbols",
              "--symvers")
          .withMore()
          .withFlags("--allow-missing", "--no-wait");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<ModuleAutoloader> autoloaders = List.of();

  /** Called by Declarative Services. */
  public RequestCommand() {}

  /**
   * {@code mod:request}.
   *
   * @param session the session of the shell
   * @param words options and names
   */
  @Descriptor(
      """
      loads modules by name or alias, with their dependencies

         usage: mod:request [--target TARGET] [--folder FOLDER] [--symbols MAP] [--symvers FILE]
                            [--allow-missing] [--no-wait] NAME…

         NAME             a module, an alias such as fs-ext4, or symbol:NAME
         --target         the target; mem:targets lists them (default: host)
         --folder         sets the folder with modules below it, for this and later requests, with
                          the options that are given with it
         --symbols        a System.map with the symbols of the kernel
         --symvers        the Module.symvers of that kernel (default: modules may use all symbols)
         --allow-missing  undefined symbols are no error
         --no-wait        does not wait until the modules are loaded

         A request for the same NAME within a minute has the outcome of the first one, also a
         failure, as in the kernel. The command fails if a module cannot be loaded.

         example: mod:request --target image-amd64 --folder /lib/modules/6.1.0 --allow-missing fs-ext4
      """)
  public void request(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = USAGE.parse(words);
    ModuleAutoloader autoloader = autoloader(arguments.option("--target", Target.HOST));
    String folder = arguments.option("--folder", "");
    if (!folder.isEmpty()) {
      autoloader.use(Inputs.path(session, folder), options(session, arguments));
    }
    PrintStream out = System.out;
    List<String> failed = new ArrayList<>();
    for (String name : arguments.operands()) {
      boolean waits = !arguments.has("--no-wait");
      RequestOutcome outcome = waits ? autoloader.request(name) : autoloader.begin(name);
      if (outcome.code() == 0) {
        out.println(name + (waits ? ": loaded" : ": begun"));
      } else {
        failed.add("%s: %s".formatted(name, autoloader.failure(name).orElse(described(outcome))));
      }
    }
    if (!failed.isEmpty()) {
      throw new CommandException(String.join("\n", failed));
    }
  }

  private static LoadOptions options(CommandSession session, Arguments arguments) {
    String map = arguments.option("--symbols", "");
    String symvers = arguments.option("--symvers", "");
    return LoadOptions.DEFAULTS
        .withKernel(map.isEmpty() ? SymbolMap.EMPTY : SymbolMap.read(Inputs.path(session, map)))
        .withExports(
            symvers.isEmpty()
                ? KernelExports.UNKNOWN
                : KernelExports.read(Inputs.path(session, symvers)))
        .withAllowMissing(arguments.has("--allow-missing"));
  }

  private static String described(RequestOutcome outcome) {
    return switch (outcome) {
      case HelperDone(int status) -> "the helper ended with status " + status;
      case NotDone(RequestOutcome.Reason reason) -> String.valueOf(reason);
    };
  }

  private ModuleAutoloader autoloader(String target) {
    return new ServicesByTarget<>(autoloaders, ModuleAutoloader::target, "take modules").of(target);
  }
}
