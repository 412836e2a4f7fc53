package org.jitalloc.console;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.Target;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.console.dump.ModuleDump;
import org.jitalloc.modules.KernelExports;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.RelocationObserver.Relocated;
import org.jitalloc.modules.SymbolMap;
import org.jitalloc.modules.taint.Taint;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The commands {@code mod:load} and {@code mod:unload}. */
@Component(
    service = ModCommands.class,
    property = {
      "osgi.command.scope=mod",
      "osgi.command.function=load",
      "osgi.command.function=unload"
    })
public final class ModCommands {
  private static final CommandSyntax LOAD =
      new CommandSyntax(
              "mod:load [--target TARGET] [--symbols MAP] [--symvers FILE] [--params TEXT]"
                  + " [--cpu NUMBER,…] [--layout OUT.json] [--memory OUT.json] [--force]"
                  + " [--allow-missing] [--keep-init] FILE…",
              1,
              "--target",
              "--symbols",
              "--symvers",
              "--params",
              "--cpu",
              "--layout",
              "--memory")
          .withMore()
          .withFlags("--force", "--allow-missing", "--keep-init");
  private static final CommandSyntax UNLOAD =
      new CommandSyntax("mod:unload [--target TARGET] [--force] NAME…", 1, "--target")
          .withMore()
          .withFlags("--force");

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<ModuleLoader> loaders = List.of();

  /** Called by Declarative Services. */
  public ModCommands() {}

  /**
   * {@code mod:load}.
   *
   * @param session the session of the shell
   * @param words options and files
   */
  @Descriptor(
      """
      loads kernel modules or object files, in the order given

         usage: mod:load [--target TARGET] [--symbols MAP] [--symvers FILE]
                         [--params TEXT] [--cpu NUMBER,…] [--layout OUT.json]
                         [--memory OUT.json] [--force] [--allow-missing] [--keep-init] FILE…

         --target         the target; mem:targets lists them (default: host)
         --symbols        a System.map with the symbols of the kernel
         --symvers        the Module.symvers of that kernel: the symbols that modules may use, with
                          versions and licences (default: modules may use all)
         --params         values of parameters, such as 'debug=1 mode=fast', for each FILE
         --cpu            adapts code to a processor with these features, by the numbers of the
                          kernel of the architecture; '' is a processor without features
                          (default: code is not changed)
         --force          does not check the kernel that a module is for; taints it
         --layout         a file for the addresses of sections, undefined symbols and slots
         --memory         a file for the bytes of each section right after relocation
         --allow-missing  symbols that neither the map nor a loaded module defines are no error;
                          they get the address of the start of the kernel
         --keep-init      does not free the memory of init types

         --layout and --memory describe the last FILE; a directory gets a file NAME.json for each
         FILE. A FILE may use the exports of those before it. The first FILE that is refused ends
         the command; those before it stay loaded.

         example: mod:load --target image-s390x --symbols System.map crc7.ko
      """)
  public void load(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = LOAD.parse(words);
    ModuleLoader loader = Loaders.of(loaders, arguments.option("--target", Target.HOST));
    String map = arguments.option("--symbols", "");
    SymbolMap kernel = map.isEmpty() ? SymbolMap.EMPTY : SymbolMap.read(Inputs.path(session, map));
    String symvers = arguments.option("--symvers", "");
    var options =
        LoadOptions.DEFAULTS
            .withKernel(kernel)
            .withExports(
                symvers.isEmpty()
                    ? KernelExports.UNKNOWN
                    : KernelExports.read(Inputs.path(session, symvers)))
            .withParameters(arguments.option("--params", ""))
            .withForced(arguments.has("--force"))
            .withAllowMissing(arguments.has("--allow-missing"))
            .withKeepInit(arguments.has("--keep-init"));
    if (arguments.has("--cpu")) {
      options = options.withCpuFeatures(features(arguments.option("--cpu", "")));
    }
    String layout = arguments.option("--layout", "");
    String memory = arguments.option("--memory", "");
    List<String> files = arguments.operands();
    for (int i = 0; i < files.size(); i++) {
      var relocated = new ArrayList<Relocated>();
      boolean dumped = !layout.isEmpty() || !memory.isEmpty();
      LoadedModule module =
          loader.load(
              Inputs.path(session, files.get(i)),
              dumped ? options.withObserver(relocated::add) : options);
      boolean last = i == files.size() - 1;
      for (Relocated one : relocated) {
        write(session, layout, one, last, ModuleDump::writeLayout);
        write(session, memory, one, last, ModuleDump::writeMemory);
      }
      report(module);
    }
  }

  private static void report(LoadedModule module) {
    PrintStream out = System.out;
    out.println(
        "%s at %s, %,d bytes, %,d relocations"
            .formatted(module.name(), address(module), module.bytes(), module.relocations()));
    if (module.taints().bits() != 0) {
      String meanings =
          module.taints().taints().stream().map(Taint::meaning).collect(Collectors.joining(", "));
      out.println("  tainted: %s (%s)".formatted(module.taints().letters(), meanings));
    }
    module.codeFit().ifPresent(fit -> out.println("  for the processor: " + fit.text()));
    module.warnings().forEach(warning -> out.println("  warning: " + warning));
    if (!module.ignoredArguments().isEmpty()) {
      out.println("  has no parameter " + String.join(", ", module.ignoredArguments()));
    }
  }

  private static Set<Integer> features(String numbers) {
    try {
      return Stream.of(numbers.split(","))
          .filter(number -> !number.isBlank())
          .map(number -> Integer.valueOf(number.strip()))
          .collect(Collectors.toUnmodifiableSet());
    } catch (NumberFormatException wrong) {
      throw new CommandException(
          "--cpu '%s': not numbers of features, such as 54,156".formatted(numbers));
    }
  }

  /** Writes a dump. */
  private interface Dump {
    void write(Relocated module, Path file) throws IOException;
  }

  private static void write(
      CommandSession session, String target, Relocated module, boolean last, Dump dump) {
    if (target.isEmpty()) {
      return;
    }
    Path path = Inputs.path(session, target);
    boolean folder = Files.isDirectory(path);
    if (folder || last) {
      Outputs.write(
          folder ? path.resolve(module.name() + ".json") : path, file -> dump.write(module, file));
    }
  }

  /**
   * {@code mod:unload}.
   *
   * @param words options and names
   */
  @Descriptor(
      """
      unloads modules, in the order given; a module that others use ends the command

         usage: mod:unload [--target TARGET] [--force] NAME…

         --target  their target (default: host)
         --force   unloads also modules with an init function and no exit function; that taints
      """)
  public void unload(@Descriptor("see usage") String... words) {
    Arguments arguments = UNLOAD.parse(words);
    ModuleLoader loader = Loaders.of(loaders, arguments.option("--target", Target.HOST));
    for (String name : arguments.operands()) {
      loader
          .module(name)
          .orElseThrow(
              () ->
                  new CommandException(
                      "no module %s is loaded in %s; see mod:list"
                          .formatted(name, loader.target().name())))
          .unload(arguments.has("--force"));
    }
  }

  /** {@return the address of the first memory, usually of the code} */
  private static String address(LoadedModule module) {
    return module.memories().stream()
        .findFirst()
        .map(memory -> "0x%x".formatted(memory.address()))
        .orElse("-");
  }
}
