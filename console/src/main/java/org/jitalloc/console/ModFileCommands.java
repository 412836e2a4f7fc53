package org.jitalloc.console;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.jitalloc.console.CommandSyntax.Arguments;
import org.jitalloc.console.command.CommandException;
import org.jitalloc.kmod.depmod.Depmod;
import org.jitalloc.kmod.depmod.IndexFiles;
import org.jitalloc.kmod.depmod.ModuleFile;
import org.jitalloc.kmod.depmod.ModuleIndex;
import org.jitalloc.kmod.depmod.Origin;
import org.jitalloc.kmod.depmod.Resolution;
import org.jitalloc.kmod.depmod.Resolver;
import org.jitalloc.kmod.depmod.SkippedFile;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.condition.Condition;

/** The commands {@code mod:…} that read files of modules and load nothing. */
@Component(
    service = ModFileCommands.class,
    property = {
      "osgi.command.scope=mod",
      "osgi.command.function=depmod",
      "osgi.command.function=resolve",
      "osgi.command.function=origin"
    },
    reference = @Reference(name = "kmod", service = Condition.class, target = Conditions.KMOD))
public final class ModFileCommands {
  private static final CommandSyntax DEPMOD =
      new CommandSyntax("mod:depmod FOLDER [--out FOLDER]", 1, "--out");
  private static final CommandSyntax RESOLVE =
      new CommandSyntax("mod:resolve FOLDER REQUEST…", 2).withMore();
  private static final CommandSyntax ORIGIN =
      new CommandSyntax("mod:origin FOLDER WORD…", 2).withMore();

  /** Called by Declarative Services. */
  public ModFileCommands() {}

  /**
   * {@code mod:depmod}.
   *
   * @param session the session of the shell
   * @param words folder and options
   */
  @Descriptor(
      """
      finds the dependencies of the modules of a folder, and writes index files

         usage: mod:depmod FOLDER [--out FOLDER]

         FOLDER  the folder with modules below it, such as /lib/modules/6.1.0
         --out   the folder for modules.dep, modules.alias, modules.symbols, modules.softdep and
                 modules.devname

         The command fails if dependencies have cycles: modules in a cycle cannot be loaded.
      """)
  public void depmod(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = DEPMOD.parse(words);
    ModuleIndex index = scan(session, arguments);
    PrintStream out = System.out;
    out.println(
        "%,d modules, %,d exported symbols"
            .formatted(index.modules().size(), index.symbolOwners().size()));
    String folder = arguments.option("--out", "");
    if (!folder.isEmpty()) {
      write(Inputs.path(session, folder), new IndexFiles(index).all());
    }
    for (List<String> cycle : index.cycles()) {
      out.println("cycle, each depends on the next: %s".formatted(String.join(" ", cycle)));
    }
    if (!index.cycles().isEmpty()) {
      throw new CommandException("%d cycles".formatted(index.cycles().size()));
    }
  }

  private static void write(Path folder, Map<String, String> files) {
    for (var file : files.entrySet()) {
      Outputs.write(
          folder.resolve(file.getKey()), path -> Files.writeString(path, file.getValue()));
    }
  }

  /**
   * {@code mod:resolve}.
   *
   * @param session the session of the shell
   * @param words folder and requests
   */
  @Descriptor(
      """
      prints the files to load for a request, in order

         usage: mod:resolve FOLDER REQUEST…

         FOLDER   the folder with modules below it
         REQUEST  a module, an alias such as fs-ext4, or symbol:NAME

         The command fails if a request is unknown.
      """)
  public void resolve(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = RESOLVE.parse(words);
    var resolver = new Resolver(scan(session, arguments));
    PrintStream out = System.out;
    for (String request : rest(arguments)) {
      switch (resolver.resolve(request)) {
        case Resolution.Load(List<ModuleFile> modules) ->
            modules.forEach(module -> out.println(module.path()));
        case Resolution.BuiltIn(String name) -> out.println("builtin " + name);
        case Resolution.Unknown(String name) ->
            throw new CommandException("no module, alias or symbol has the name " + name);
      }
    }
  }

  /**
   * {@code mod:origin}.
   *
   * @param session the session of the shell
   * @param words folder and names
   */
  @Descriptor(
      """
      prints where symbols or modules are: in a module, or in a part of the kernel that could be one

         usage: mod:origin FOLDER WORD…

         FOLDER  the folder with modules below it, and modules.builtin
         WORD    a symbol, a module, or an object file of a module
      """)
  public void origin(CommandSession session, @Descriptor("see usage") String... words) {
    Arguments arguments = ORIGIN.parse(words);
    ModuleIndex index = scan(session, arguments);
    PrintStream out = System.out;
    for (String word : rest(arguments)) {
      Origin symbol = index.originOfSymbol(word);
      Origin origin = symbol instanceof Origin.Unknown ? index.origin(word) : symbol;
      out.println(
          switch (origin) {
            case Origin.InModule(String module, String path) ->
                "%s: in module %s, %s".formatted(word, module, path);
            case Origin.BuiltIn(String path) ->
                "%s: in the kernel; it could be the module %s".formatted(word, path);
            case Origin.Unknown _ -> "%s: in no module that is known".formatted(word);
          });
    }
  }

  private static ModuleIndex scan(CommandSession session, Arguments arguments) {
    ModuleIndex index = Depmod.scan(Inputs.path(session, arguments.operands().getFirst()));
    for (SkippedFile skipped : index.skipped()) {
      session.getConsole().println("skipped: %s: %s".formatted(skipped.path(), skipped.why()));
    }
    return index;
  }

  private static List<String> rest(Arguments arguments) {
    return arguments.operands().subList(1, arguments.operands().size());
  }
}
