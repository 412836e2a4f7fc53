package org.jitalloc.kmod.listing;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.modules.Export;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleLoader;
import org.jitalloc.modules.symbols.SymbolTable;

/**
 * Lists the modules of a loader in the formats of the kernel and of {@code lsmod}. Addresses are
 * shown, as to a privileged reader. For any thread; a module that is unloaded meanwhile may be
 * listed or not.
 */
public final class KernelListing {
  private KernelListing() {}

  /**
   * Returns the text of {@code /proc/modules}.
   *
   * @param loader the loader
   * @return a line for each module, the last loaded first
   */
  public static String procModules(ModuleLoader loader) {
    var text = new StringBuilder();
    for (LoadedModule module : loader.modules().reversed()) {
      text.append(
          "%s %d %d %s %s 0x%016x%s\n"
              .formatted(
                  module.name(),
                  module.bytes(),
                  module.users().size(),
                  users(module),
                  module.state().text(),
                  textAddress(module),
                  taints(module)));
    }
    return text.toString();
  }

  /** Each user is followed by a comma, as in the kernel. */
  private static String users(LoadedModule module) {
    var text = new StringBuilder();
    module.users().stream().sorted().forEach(user -> text.append(user).append(','));
    if (module.facts().isPermanent()) {
      text.append("[permanent],");
    }
    return text.isEmpty() ? "-" : text.toString();
  }

  private static String taints(LoadedModule module) {
    String letters = module.taints().letters();
    String state =
        switch (module.state()) {
          case COMING -> "+";
          case GOING -> "-";
          case LIVE, UNFORMED -> "";
        };
    return (letters + state).isEmpty() ? "" : " (%s%s)".formatted(letters, state);
  }

  private static long textAddress(LoadedModule module) {
    return module.memories().stream()
        .filter(memory -> memory.type() == ModMemType.TEXT)
        .findFirst()
        .map(JitMemory::address)
        .orElse(0L);
  }

  /**
   * Returns the output of {@code lsmod}.
   *
   * @param loader the loader
   * @return a heading, and a line for each module
   */
  public static String lsmod(ModuleLoader loader) {
    var text = new StringBuilder("Module                  Size  Used by\n");
    for (LoadedModule module : loader.modules().reversed()) {
      String users = String.join(",", module.users().stream().sorted().toList());
      String line =
          "%-19s %8d  %d %s".formatted(module.name(), module.bytes(), module.users().size(), users);
      text.append(line.stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /**
   * Returns the lines of {@code /proc/kallsyms} of one module. The letters of exported symbols are
   * capitals.
   *
   * @param module the module
   * @return a line for each symbol with a name
   */
  public static String kallsyms(LoadedModule module) {
    SymbolTable symbols = module.symbols();
    Set<String> exported = exported(module);
    var text = new StringBuilder();
    for (int i = 0; i < symbols.count(); i++) {
      text.append(line(module, symbols, i, exported)).append('\n');
    }
    return text.toString();
  }

  private static Set<String> exported(LoadedModule module) {
    Set<String> names = new HashSet<>();
    for (Export export : module.exports()) {
      names.add(export.name());
    }
    return names;
  }

  private static String line(
      LoadedModule module, SymbolTable symbols, int symbol, Set<String> exported) {
    String name = symbols.name(symbol);
    String letter = String.valueOf(symbols.letter(symbol));
    return "%016x %s %s\t[%s]"
        .formatted(
            symbols.address(symbol),
            exported.contains(name) ? letter.toUpperCase(Locale.ROOT) : letter,
            name,
            module.name());
  }

  /**
   * Finds symbols by name.
   *
   * @param loader the loader
   * @param name the name of a symbol, or the name of a module, a colon and the name of a symbol
   * @return a line of {@code /proc/kallsyms} for each symbol of the name
   */
  public static List<String> byName(ModuleLoader loader, String name) {
    int colon = name.indexOf(':');
    List<LoadedModule> modules =
        colon < 0 ? loader.modules() : loader.module(name.substring(0, colon)).stream().toList();
    String symbol = name.substring(colon + 1);
    return modules.stream().flatMap(module -> lines(module, symbol).stream()).toList();
  }

  private static List<String> lines(LoadedModule module, String name) {
    SymbolTable symbols = module.symbols();
    int[] found = symbols.all(name).toArray();
    Set<String> exported = found.length == 0 ? Set.of() : exported(module);
    return IntStream.of(found).mapToObj(i -> line(module, symbols, i, exported)).toList();
  }

  /**
   * Names an address in code, as the kernel does when it prints a stack.
   *
   * @param loader the loader
   * @param address the address
   * @return such as {@code name+0x10/0x40 [module]}; empty if the address is not in code of a
   *     module, or no symbol precedes it
   */
  public static Optional<String> byAddress(ModuleLoader loader, long address) {
    return loader
        .moduleAt(address)
        .flatMap(module -> memory(module, address).flatMap(at -> place(module, at, address)));
  }

  private static Optional<JitMemory> memory(LoadedModule module, long address) {
    return module.memories().stream()
        .filter(
            memory ->
                memory.type().isText()
                    && Long.compareUnsigned(address - memory.address(), memory.bytes()) < 0)
        .findFirst();
  }

  private static Optional<String> place(LoadedModule module, JitMemory memory, long address) {
    SymbolTable symbols = module.symbols();
    OptionalInt symbol = symbols.at(address, memory.address());
    if (symbol.isEmpty()) {
      return Optional.empty();
    }
    long start = symbols.address(symbol.getAsInt());
    long end = symbols.end(address, memory.address() + memory.bytes());
    return Optional.of(
        "%s+0x%x/0x%x [%s]"
            .formatted(
                symbols.name(symbol.getAsInt()), address - start, end - start, module.name()));
  }
}
