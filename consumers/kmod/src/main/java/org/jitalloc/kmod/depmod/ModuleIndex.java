package org.jitalloc.kmod.depmod;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jitalloc.modules.info.ModuleName;

/** The modules of a folder, and what is known by reading all of them. Immutable. */
public final class ModuleIndex {
  private final SequencedMap<String, ModuleFile> modules = new LinkedHashMap<>();
  private final Dependencies dependencies;
  private final Aliases aliases = new Aliases();
  private final Builtins builtins;

  private final List<SkippedFile> skipped;

  ModuleIndex(List<ModuleFile> files, Builtins builtins, List<SkippedFile> skipped) {
    this.builtins = builtins;
    this.skipped = skipped;
    files.forEach(file -> modules.putIfAbsent(file.name(), file));
    dependencies = new Dependencies(modules);
    modules
        .values()
        .forEach(file -> file.info().all("alias").forEach(a -> aliases.add(a, file.name())));
  }

  /**
   * The modules.
   *
   * @return in the order that decides where an alias fits more than one
   */
  public List<ModuleFile> modules() {
    return List.copyOf(modules.values());
  }

  /** {@return the files that have names of modules and are none, with the reason} */
  public List<SkippedFile> skipped() {
    return skipped;
  }

  /**
   * Finds a module.
   *
   * @param name with {@code -} or {@code _}
   * @return the module, if there is one of that name
   */
  public Optional<ModuleFile> module(String name) {
    return Optional.ofNullable(modules.get(ModuleName.of(name)));
  }

  /**
   * All that a module cannot be without.
   *
   * @param name the module's
   * @return names, in the order in which they have to be loaded
   */
  public List<String> dependencies(String name) {
    return List.copyOf(dependencies.all(ModuleName.of(name)));
  }

  /**
   * Modules that need each other.
   *
   * @return lists of names, each of which needs the next one, and the last one the first
   */
  public List<List<String>> cycles() {
    return dependencies.cycles();
  }

  /**
   * Which module has a symbol for others.
   *
   * @return names of modules by symbol
   */
  public Map<String, String> symbolOwners() {
    return dependencies.owners();
  }

  /**
   * The modules that an alias stands for.
   *
   * @param alias as {@code pci:v00008086d0000100E…}
   * @return names, in the order of {@link #modules}
   */
  public SequencedSet<String> byAlias(String alias) {
    return aliases.find(alias);
  }

  /**
   * Where a symbol is, or could be: only those can be found that a module has for others.
   *
   * @param symbol its name
   * @return where it is
   */
  public Origin originOfSymbol(String symbol) {
    String owner = symbolOwners().get(symbol);
    return owner == null ? new Origin.Unknown() : origin(owner);
  }

  /**
   * Where a module is, or what is called like one.
   *
   * @param name of a module, its file, or the object it is made of
   * @return where it is
   */
  public Origin origin(String name) {
    String module = ModuleName.ofFile(name);
    ModuleFile file = modules.get(module);
    if (file != null) {
      return new Origin.InModule(module, file.path());
    }
    return builtins.path(module).<Origin>map(Origin.BuiltIn::new).orElseGet(Origin.Unknown::new);
  }

  Builtins builtins() {
    return builtins;
  }
}
