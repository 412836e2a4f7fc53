package org.jitalloc.console;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.JitAllocator;
import org.jitalloc.Target.Kind;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.report.ReportJson;
import org.jitalloc.console.report.ReportPicture;
import org.jitalloc.console.report.ReportText;
import org.jitalloc.kmod.report.DistributionLoad;
import org.jitalloc.kmod.report.ModuleReport;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.SymbolMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/** The command {@code mod:report}. */
@Component(
    service = ReportCommand.class,
    property = {"osgi.command.scope=mod", "osgi.command.function=report"},
    reference = @Reference(name = "kmod", service = Condition.class, target = Conditions.KMOD))
public final class ReportCommand {
  private static final int PROGRESS_STEP = 500;
  private static final long MOST_MIB = 1 << 20;
  private static final CommandSyntax USAGE =
      new CommandSyntax(
          "mod:report FOLDER --target TARGET [--symbols MAP] [--window MIB] [--json OUT.json]"
              + " [--svg OUT.svg]",
          1,
          "--target",
          "--symbols",
          "--window",
          "--json",
          "--svg");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<ModuleLoader> loaders = List.of();

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<JitAllocator> allocators = List.of();

  /** Called by Declarative Services. */
  public ReportCommand() {}

  /**
   * {@code mod:report}.
   *
   * @param session the session of the shell
   * @param words folder and options
   */
  @Descriptor(
      """
      loads all modules of a folder into an image, prints their memory, and unloads them

         usage: mod:report FOLDER --target TARGET [--symbols MAP] [--window MIB]
                           [--json OUT.json] [--svg OUT.svg]

         FOLDER     the folder with modules below it, such as /lib/modules/6.1.0
         --target   an image without modules; mem:targets lists them
         --symbols  a System.map with the symbols of the kernel (default: all symbols are near;
                    then fewer PLT slots are filled)
         --window   the size of the address range whose use is printed (default: 128, the reach
                    of calls on arm64)
         --json     a file for all numbers
         --svg      a file for a picture

         example: mod:report /lib/modules/6.1.0 --target image-arm64 --svg modules.svg
      """)
  public void report(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = USAGE.parse(words);
    ModuleLoader loader = Loaders.of(loaders, USAGE.required(arguments, "--target"));
    long window = arguments.number("--window", 1, MOST_MIB, 128) << 20;
    String map = arguments.option("--symbols", "");
    SymbolMap kernel = map.isEmpty() ? SymbolMap.EMPTY : SymbolMap.read(Inputs.path(session, map));
    LoadOptions options = LoadOptions.DEFAULTS.withKernel(kernel).withAllowMissing(true);
    var load = new DistributionLoad(loader, allocator(loader), window, ReportCommand::showProgress);
    Path folder = Inputs.path(session, arguments.operands().getFirst());
    ModuleReport report = load.run(folder, options);
    PrintStream out = System.out;
    out.print(ReportText.of(report));
    write(session, arguments.option("--json", ""), ReportJson.of(report));
    write(session, arguments.option("--svg", ""), ReportPicture.of(report));
  }

  private JitAllocator allocator(ModuleLoader loader) {
    String target = loader.target().name();
    if (loader.target().kind() == Kind.HOST) {
      throw new CommandException("%s is this process; --target takes an image".formatted(target));
    }
    if (!loader.modules().isEmpty()) {
      throw new CommandException(
          "%d modules are loaded in %s; the report needs an empty image: see mod:unload"
              .formatted(loader.modules().size(), target));
    }
    return allocators.stream()
        .filter(allocator -> allocator.target().equals(loader.target()))
        .findFirst()
        .orElseThrow(
            () -> new CommandException("the target %s was unregistered".formatted(target)));
  }

  private static void showProgress(int done, int of) {
    if (done % PROGRESS_STEP == 0 && done < of) {
      PrintStream err = System.err;
      err.println("%,d of %,d modules".formatted(done, of));
    }
  }

  private static void write(CommandSession session, String target, String content) {
    if (!target.isEmpty()) {
      Outputs.write(Inputs.path(session, target), file -> Files.writeString(file, content));
    }
  }
}
