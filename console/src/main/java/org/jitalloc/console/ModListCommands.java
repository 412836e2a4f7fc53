package org.jitalloc.console;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.kmod.depmod.ModuleFile;
import org.jitalloc.kmod.listing.FileInfo;
import org.jitalloc.kmod.listing.KernelListing;
import org.jitalloc.kmod.listing.SysfsListing;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.access.Licence;
import org.jitalloc.modules.access.SpdxTag;
import org.jitalloc.modules.taint.UnloadedTaints;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/** The commands {@code mod:…} that print the state of modules. */
@Component(
    service = ModListCommands.class,
    property = {
      "osgi.command.scope=mod",
      "osgi.command.function=list",
      "osgi.command.function=sym",
      "osgi.command.function=info"
    },
    reference = @Reference(name = "kmod", service = Condition.class, target = Conditions.KMOD))
public final class ModListCommands {
  private static final CommandSyntax LIST =
      new CommandSyntax("mod:list [--target TARGET] [--proc|--kallsyms|--taints]", 0, "--target")
          .withFlags("--proc", "--kallsyms", "--taints");
  private static final CommandSyntax SYM =
      new CommandSyntax("mod:sym [--target TARGET] ADDRESS|NAME…", 1, "--target").withMore();
  private static final CommandSyntax INFO =
      new CommandSyntax(
              "mod:info [--target TARGET] [--spdx EXPRESSION] [--symbols] FILE|MODULE…",
              1,
              "--target",
              "--spdx")
          .withFlags("--symbols")
          .withMore();

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<ModuleLoader> loaders = List.of();

  /** Called by Declarative Services. */
  public ModListCommands() {}

  /**
   * {@code mod:list}.
   *
   * @param words options
   */
  @Descriptor(
      """
      lists the loaded modules, as lsmod

         usage: mod:list [--target TARGET] [--proc|--kallsyms|--taints]

         --target    the target (default: all targets)
         --proc      prints /proc/modules: size, users, state, address of the code, taints
         --kallsyms  prints their symbols as /proc/kallsyms
         --taints    prints the taints, and the unloaded modules that tainted, with counts
      """)
  public void list(@Descriptor("see usage") String... words) {
    Arguments arguments = LIST.parse(words);
    PrintStream out = System.out;
    List<ModuleLoader> asked = Loaders.allOr(loaders, arguments.option("--target", ""));
    if (arguments.has("--taints")) {
      asked.forEach(loader -> out.println(taints(loader)));
      return;
    }
    boolean isAny = false;
    for (ModuleLoader loader : asked) {
      if (!loader.modules().isEmpty()) {
        isAny = true;
        boolean plain = arguments.has("--proc") || arguments.has("--kallsyms");
        if (!plain) {
          out.println("Target " + loader.target().name());
        }
        out.print(listing(loader, arguments));
      }
    }
    if (!isAny) {
      out.println("No modules are loaded.");
    }
  }

  /** As in the kernel's reports with stacks. */
  private static String taints(ModuleLoader loader) {
    String gone =
        loader.unloadedTaints().stream()
            .map(UnloadedTaints.Entry::text)
            .collect(Collectors.joining(" "));
    return "%s: %s%s"
        .formatted(
            loader.target().name(),
            loader.taints().report(),
            gone.isEmpty() ? "" : " unloaded tainted modules: " + gone);
  }

  private static String listing(ModuleLoader loader, Arguments arguments) {
    if (arguments.has("--kallsyms")) {
      var text = new StringBuilder();
      loader.modules().forEach(module -> text.append(KernelListing.kallsyms(module)));
      return text.toString();
    }
    return arguments.has("--proc")
        ? KernelListing.procModules(loader)
        : KernelListing.lsmod(loader);
  }

  /**
   * {@code mod:sym}.
   *
   * @param words options, addresses and names
   */
  @Descriptor(
      """
      prints the function at an address of a module's code, or the address of a symbol of a module

         usage: mod:sym [--target TARGET] ADDRESS|NAME…

         ADDRESS   0x and digits: prints symbol+offset/size [module]
         NAME      a symbol, or MODULE:SYMBOL: prints lines of /proc/kallsyms
         --target  the target (default: all targets)

         The command fails if nothing is found.

         example: mod:sym --target image-arm64 crc7_be
      """)
  public void sym(@Descriptor("see usage") String... words) {
    Arguments arguments = SYM.parse(words);
    List<ModuleLoader> asked = Loaders.allOr(loaders, arguments.option("--target", ""));
    PrintStream out = System.out;
    for (String word : arguments.operands()) {
      List<String> found = new ArrayList<>();
      for (ModuleLoader loader : asked) {
        found.addAll(find(loader, word));
      }
      if (found.isEmpty()) {
        throw new CommandException("%s: in no module that is loaded".formatted(word));
      }
      found.forEach(out::println);
    }
  }

  private static List<String> find(ModuleLoader loader, String word) {
    return word.startsWith("0x")
        ? KernelListing.byAddress(loader, address(word)).stream().toList()
        : KernelListing.byName(loader, word);
  }

  private static long address(String word) {
    try {
      return Long.parseUnsignedLong(word, 2, word.length(), 16);
    } catch (NumberFormatException _) {
      throw new CommandException("'%s' is no address".formatted(word));
    }
  }

  /**
   * {@code mod:info}.
   *
   * @param session the session of the shell
   * @param words options, files and modules
   */
  @Descriptor(
      """
      prints the information in files, or the state of loaded modules

         usage: mod:info [--target TARGET] [--spdx EXPRESSION] [--symbols] FILE|MODULE…

         FILE       a module: licence, aliases, parameters and dependencies, as modinfo;
                    an executable, a shared object or a kernel: type, machine, libraries,
                    build ID, number of symbols
         MODULE     the name of a loaded module: the files below /sys/module/NAME
         --target   the target of loaded modules (default: all targets); with it, all arguments
                    are names of modules
         --spdx     for files of modules: compares the licence tag with the SPDX expression of
                    the sources, such as 'GPL-2.0-only OR BSD-3-Clause'
         --symbols  for files: prints the exported and imported symbols of modules, or the
                    dynamic symbols of executables and shared objects
      """)
  public void info(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = INFO.parse(words);
    if (arguments.has("--spdx")) {
      checkSpdx(arguments.option("--spdx", ""));
    }
    String target = arguments.option("--target", "");
    PrintStream out = System.out;
    for (String word : arguments.operands()) {
      List<ModuleLoader> having =
          Loaders.allOr(loaders, target).stream()
              .filter(loader -> loader.module(word).isPresent())
              .toList();
      if (!having.isEmpty()) {
        requireNoFileOption(arguments, word);
      }
      for (ModuleLoader loader : having) {
        loader.module(word).ifPresent(module -> printLoaded(out, loader, module));
      }
      if (having.isEmpty() && !target.isEmpty()) {
        throw new CommandException("no module %s is loaded in %s".formatted(word, target));
      }
      if (having.isEmpty()) {
        printFile(out, arguments, Inputs.path(session, word));
      }
    }
  }

  private static void requireNoFileOption(Arguments arguments, String word) {
    for (String option : List.of("--spdx", "--symbols")) {
      if (arguments.has(option)) {
        throw new CommandException(
            "%s: %s is the name of a loaded module, and the option is for files; write ./%s"
                    .formatted(option, word, word)
                + " if a file is meant");
      }
    }
  }

  private static void printFile(PrintStream out, Arguments arguments, Path path) {
    FileInfo info = FileInfo.read(path);
    if (info instanceof FileInfo.OfOther && arguments.has("--spdx")) {
      throw new CommandException(
          "--spdx: %s is not a module: it has no licence tag".formatted(path));
    }
    out.println("%-16s%s".formatted("filename:", path));
    switch (info) {
      case FileInfo.OfModule(ModuleFile file) -> printModule(out, arguments, file);
      case FileInfo.OfOther(String text, List<String> symbols) -> {
        out.print(text);
        if (arguments.has("--symbols")) {
          symbols.forEach(out::println);
        }
      }
    }
  }

  private static void printModule(PrintStream out, Arguments arguments, ModuleFile file) {
    out.print(file.info().text());
    if (arguments.has("--spdx")) {
      String tag = Licence.judge(file.info().first("license"), file.name()).tag();
      out.println("%-16s%s".formatted("spdx:", spdx(tag, arguments.option("--spdx", ""))));
    }
    if (arguments.has("--symbols")) {
      file.exports().stream()
          .sorted()
          .forEach(name -> out.println("%-16s%s".formatted("export:", name)));
      file.imports().forEach(name -> out.println("%-16s%s".formatted("import:", name)));
    }
  }

  private static void checkSpdx(String expression) {
    if (!SpdxTag.isExpression(expression)) {
      throw new CommandException(
          "--spdx: '%s' is no expression, such as 'GPL-2.0-only OR BSD-3-Clause'"
              .formatted(expression));
    }
  }

  private static String spdx(String tag, String expression) {
    return SpdxTag.fits(tag, expression)
        ? "'%s' fits %s".formatted(tag, expression)
        : "'%s' does not fit %s, which is '%s'"
            .formatted(tag, expression, SpdxTag.tagFor(expression));
  }

  private static void printLoaded(PrintStream out, ModuleLoader loader, LoadedModule module) {
    out.println("Target %s, /sys/module/%s".formatted(loader.target().name(), module.name()));
    SysfsListing.files(module)
        .forEach(
            (path, content) -> out.println("%-32s%s".formatted(path, content).stripTrailing()));
  }
}
